import type { MultipartFile } from "@fastify/multipart";
import { LoaError } from "@loa/kernel/errors";
import { AreaId, Instant } from "@loa/protocol/identity";
import { check } from "@loa/protocol/parse";
import type { FastifyRequest } from "fastify";
import { type Static, type TSchema, Type } from "typebox";
import { Value } from "typebox/value";
import type { Upload } from "../announcement-drafts.ts";
import { LONGEST_MS } from "../media/probe.ts";
import { discard } from "../media/store.ts";
import { receive, UPLOAD_LIMIT_BYTES } from "../media/upload.ts";

const Position = Type.Optional(Type.Number({ minimum: 0, maximum: LONGEST_MS }));
const Sound = {
  source: Type.Optional(Type.Enum(["upload", "recording"])),
  trimStartMs: Position,
  trimEndMs: Position,
};
const Title = Type.String({ minLength: 1, maxLength: 200 });

/** Fields beside the part `audio` of a new announcement. */
export const CreateForm = Type.Object({
  title: Title,
  areaId: Type.Optional(AreaId),
  expiresAt: Type.Optional(Instant),
  ...Sound,
});
/** Fields beside the part `audio` of a new version. */
export const ReviseForm = Type.Object({ title: Type.Optional(Title), ...Sound });

/** Beside the file: part headers and short fields. */
const FRAME_BYTES = 100_000;

/** A form with a sound. `content` tells it from others with the same key. */
export interface SoundForm<Fields> {
  readonly fields: Fields;
  readonly upload: Upload;
  readonly content: string;
}

/**
 * Reads a form into `file`, the parts in whatever order they come.
 * @throws BAD_REQUEST · AUDIO_EMPTY · AUDIO_TOO_LARGE · STORAGE_FULL
 */
export async function readSoundForm<Schema extends typeof CreateForm | typeof ReviseForm>(
  request: FastifyRequest,
  file: string,
  schema: Schema,
): Promise<SoundForm<Static<Schema>>> {
  if (Number(request.headers["content-length"] ?? 0) > UPLOAD_LIMIT_BYTES + FRAME_BYTES)
    throw new LoaError("AUDIO_TOO_LARGE", `the file has more than ${UPLOAD_LIMIT_BYTES} bytes`);
  const values: Record<string, unknown> = {};
  let received: { sha256: string; name: string | null } | null = null;
  const limits = { fileSize: UPLOAD_LIMIT_BYTES, files: 1, fields: 10, fieldSize: 10_000 };
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === "field") values[part.fieldname] = part.value;
      else if (part.fieldname === "audio")
        received = { ...(await receive(part.file, file)), name: nameOf(part) };
      else part.file.resume();
    }
    if (!received) throw new LoaError("BAD_REQUEST", "the part audio is missing");
    const fields = check(schema as TSchema, Value.Convert(schema, values), "the upload") as Static<Schema>;
    const { name, sha256 } = received;
    const upload = { file, name, source: fields.source ?? "upload", trim: trimOf(fields) } as const;
    return { fields, upload, content: JSON.stringify([fields, sha256]) };
  } catch (error) {
    await discard(file);
    throw asBadRequest(error);
  }
}

function trimOf({ trimStartMs: startMs, trimEndMs: endMs }: Static<typeof ReviseForm>): Upload["trim"] {
  if (endMs !== undefined && endMs <= (startMs ?? 0))
    throw new LoaError("BAD_REQUEST", "trimEndMs lies before trimStartMs: nothing would be left");
  return { startMs, endMs };
}

/** A form that does not fit is a bad request like any other body. */
function asBadRequest(error: unknown): unknown {
  if (!(error instanceof LoaError) || error.code !== "SCHEMA_INVALID") return error;
  return new LoaError("BAD_REQUEST", error.message, error.context, { cause: error });
}

function nameOf({ filename }: MultipartFile): string | null {
  return filename ? (filename.normalize("NFC").split(/[/\\]/).at(-1)?.slice(0, 200) ?? null) : null;
}
