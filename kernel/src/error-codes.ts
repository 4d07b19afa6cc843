interface ErrorKind {
  /** HTTP status where the code answers a request. */
  readonly status: number;
  /** Whether the same request can succeed later with nothing changed by the asker. */
  readonly retry: boolean;
  /** What the reader should do. */
  readonly advice: string;
}

const kind = (status: number, retry: boolean, advice: string): ErrorKind => ({ status, retry, advice });

/** Every error and refusal code of Loa. docs/errors.md lists exactly this table; a test compares them. */
export const ERROR_CODES = {
  INTERNAL: kind(
    500,
    true,
    "An unforeseen fault. Send the log line with this request's id to the maintainers.",
  ),
  BAD_REQUEST: kind(400, false, "Correct the fields that the answer lists."),
  NOT_FOUND: kind(404, false, "Check the id; the thing may have been removed."),
  CONFLICT: kind(409, false, "Read the thing again: it changed, or its state does not allow this."),
  UNAUTHENTICATED: kind(401, false, "Log in."),
  BAD_CREDENTIALS: kind(401, false, "Check user name and password."),
  TOTP_REQUIRED: kind(401, false, "Add the six digits that your authenticator shows."),
  TOTP_INVALID: kind(401, false, "Use the digits that the authenticator shows now; check its clock."),
  PASSWORD_WEAK: kind(
    422,
    false,
    "Choose a longer password that is not a common word, your name or user name.",
  ),
  AREA_CYCLE: kind(409, false, "An area cannot come to lie below itself. Choose another parent."),
  FORBIDDEN: kind(403, false, "Ask somebody whose role and area allow this."),
  TOO_MANY_REQUESTS: kind(429, true, "Wait for the time that Retry-After names."),
  PAYLOAD_TOO_LARGE: kind(413, false, "Send less; the limit is in the answer."),
  CONFIG_INVALID: kind(
    500,
    false,
    "Correct the key named in the message in the configuration file or variable.",
  ),
  FFMPEG_MISSING: kind(
    503,
    true,
    "Install ffmpeg (apt install ffmpeg), set LOA_FFMPEG, or install ffmpeg-static.",
  ),
  ESPEAK_MISSING: kind(503, true, "Install espeak-ng (apt install espeak-ng)."),
  STORAGE_FULL: kind(507, true, "Free space on the data folder's disk."),

  AUDIO_EMPTY: kind(422, false, "The file has no bytes. Upload it again."),
  AUDIO_NOT_AUDIO: kind(422, false, "The file is not audio. Upload WAV, MP3, M4A, Ogg, Opus, FLAC or WebM."),
  AUDIO_NO_SOUND_TRACK: kind(422, false, "The file has pictures but no sound track."),
  AUDIO_TRUNCATED: kind(422, false, "The file is damaged or cut off. Export or copy it again."),
  AUDIO_TOO_SHORT: kind(422, false, "There is no sound in the file; record at least half a second."),
  AUDIO_TOO_LONG: kind(422, false, "Announcements last at most 2 hours. Cut it in parts."),
  AUDIO_TOO_LARGE: kind(413, false, "Files have at most 500 MB. Use a compressed format."),
  AUDIO_SILENT: kind(422, false, "The recording holds only silence. Check the microphone."),
  INGEST_TIMEOUT: kind(422, true, "The file took too long to work through. Convert it to WAV or MP3 first."),
  INGEST_FAILED: kind(422, false, "The file could not be converted. Try another format."),

  SPEECH_UNAVAILABLE: kind(
    503,
    true,
    "Nothing here can speak. Install espeak-ng, or configure a speech command.",
  ),
  SPEECH_FAILED: kind(
    422,
    false,
    "The voice could not speak this text. Shorten it, or choose another voice.",
  ),
  VOICE_UNKNOWN: kind(422, false, "Choose a voice of GET /speech/voices."),
  LEXICON_INVALID: kind(422, false, "Each word may stand in the lexicon once."),
  TEMPLATE_INVALID: kind(422, false, "Give every blank of the text a field, and every field a blank."),
  ANNOUNCEMENT_EXPIRED: kind(409, false, "The announcement's time is over. Set a later end, or use another."),

  SECOND_FACTOR_NEEDED: kind(403, false, "Set up an authenticator in your account: alerts need it here."),
  SAME_PERSON: kind(409, false, "A second person is needed: somebody other than who wrote or proposed it."),
  NOT_APPROVED: kind(409, false, "Get the announcement approved first."),
  SCHEDULE_CONFLICT: kind(
    409,
    false,
    "Choose another time, target or priority; the answer lists what it hits.",
  ),
  SCHEDULE_IN_PAST: kind(422, false, "Choose a start in the future."),
  SCHEDULE_EMPTY: kind(422, false, "The rule has no occurrence in the future."),
  RRULE_INVALID: kind(422, false, "Correct the recurrence rule (RFC 5545)."),
  TIME_ZONE_INVALID: kind(422, false, "Use an IANA time zone such as Asia/Ho_Chi_Minh."),
  NO_TARGETS: kind(422, false, "The targets hold no station. Choose an area with stations."),
  OUTSIDE_ENVELOPE: kind(422, false, "Choose a time within the hours in which the area may sound."),
  AIRTIME_EXCEEDED: kind(
    422,
    false,
    "The daily airtime of the station is used up. Shorten or move the programme.",
  ),

  ENROL_CODE_INVALID: kind(403, false, "Make a new enrolment code: this one is wrong, used or expired."),
  CSR_INVALID: kind(422, false, "The certificate request is malformed or names another station."),
  CA_MISMATCH: kind(
    502,
    false,
    "The hub's CA differs from the one on the label. Do not go on; call the operator.",
  ),
  STATION_UNKNOWN: kind(404, false, "Register the station first."),
  STATION_CERTIFICATE_REQUIRED: kind(401, false, "Present the station's own certificate."),
  HUB_UNREACHABLE: kind(502, true, "Check the network; the station tries again by itself."),

  KEY_UNKNOWN: kind(
    403,
    false,
    "The message is signed by a key that the key set does not hold, or that it revoked.",
  ),
  KEY_USE_WRONG: kind(403, false, "The key may not sign this kind of message."),
  SIGNATURE_INVALID: kind(403, false, "The message was changed on its way, or forged."),
  AUDIENCE_WRONG: kind(403, false, "The message is meant for another station or area."),
  EXPIRED: kind(410, false, "The message came after its validity."),
  REPLAYED: kind(409, false, "The plan is not newer than the one the station holds."),
  SCHEMA_INVALID: kind(422, false, "The message does not fit its schema."),
  MAC_INVALID: kind(403, false, "The message did not come from the station it names."),
  KEY_SET_STALE: kind(409, false, "The key set is older than the one the station holds."),

  CLOCK_UNSYNCED: kind(409, true, "The station does not know the time. Check its RTC battery and its link."),
  ZONE_UNKNOWN: kind(409, false, "The station has none of the zones. Compare its zones with the hub's."),
  ASSET_MISSING: kind(409, true, "The audio was not at the station in time. Check its link and storage."),
  ASSET_CORRUPT: kind(409, true, "The audio's hash differs. It is fetched again."),
  PLAYOUT_MISSED: kind(
    409,
    false,
    "The station was down or late at the time, beyond the grace of the programme.",
  ),
  INTERRUPTED: kind(409, false, "The station stopped in the middle of the playout (power or process)."),
  STOPPED: kind(409, false, "Somebody stopped it."),
  PREEMPTED: kind(409, false, "Something of higher priority took over."),
  JOINED_LATE: kind(409, false, "The station began after the start, within the grace of the programme."),
  RECALLED: kind(409, false, "The alert was called back."),
  LOCKED_OUT: kind(409, false, "Somebody works at the pole. Wait until the lock-out there is taken back."),
  LIVE_HELD: kind(409, true, "Somebody speaks to one of these stations. Wait, or choose other targets."),
  LIVE_ENDED: kind(409, false, "The live speech is over. Open a new one."),
  LIVE_LOST: kind(409, true, "The speech stopped coming. Check the speaker's connection and the link."),
  SIREN_NOT_ALLOWED: kind(422, false, "Exercises and tests never carry the siren. Choose another tone."),
  CAP_TOO_LARGE: kind(
    413,
    false,
    "Alerts and feeds have at most 1 MB. Put sound and pictures behind a link.",
  ),
  CAP_ENCODING: kind(422, false, "Send the document in UTF-8."),
  CAP_FORBIDDEN_XML: kind(
    422,
    false,
    "Leave out document types, entities and processing instructions, and nest at most 32 levels.",
  ),
  CAP_MALFORMED: kind(
    422,
    false,
    "The document is not well-formed XML. Correct it at the place that is named.",
  ),
  CAP_VERSION: kind(422, false, "Send CAP 1.2, with the namespace urn:oasis:names:tc:emergency:cap:1.2."),
  CAP_INVALID: kind(422, false, "Correct every element that the answer lists with its path."),
  FEED_INVALID: kind(422, false, "The address gives neither an Atom nor an RSS feed. Check it in a browser."),
  SOURCE_UNREACHABLE: kind(
    502,
    true,
    "The source does not answer, or not with what was asked for. It is asked again; check its address.",
  ),
  SOURCE_ADDRESS: kind(
    502,
    false,
    "The source leads to an address that is not public. Allow it with allowPrivate if it is your own.",
  ),
  SOURCE_TOO_LARGE: kind(
    502,
    false,
    "The source sends more than is read. Ask its operator for a shorter feed.",
  ),
  CANCELLED: kind(409, false, "The occurrence was taken out of the plan."),
  GAIN_LIMITED: kind(409, false, "The gain was lowered to the station's own limit."),
  BOARD_LOST: kind(503, true, "Check the USB cable and the board's power."),
  AUDIO_GAPS: kind(
    503,
    true,
    "Pieces of the sound were missing: the sound card ran dry. Check what else the station's computer does.",
  ),
  AUDIO_OUTPUT_LOST: kind(503, true, "Check the sound card; the station restarts its audio by itself."),
  STORE_CORRUPT: kind(500, false, "The station's database was damaged, was put aside, and begins anew."),
} as const satisfies Record<string, ErrorKind>;

/** A stable code of ERROR_CODES. */
export type ErrorCode = keyof typeof ERROR_CODES;
