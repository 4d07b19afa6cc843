import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { ReadStream } from "node:tty";
import { LoaError } from "@loa/kernel/errors";
import * as nodePty from "@lydell/node-pty";

/** What node-pty's `open` returns: the streams and the file descriptor of the master. */
interface Opened {
  readonly _pty: string;
  readonly _fd: number;
  readonly master: ReadStream;
  readonly slave: ReadStream;
}

/** node-pty exports it, but its types leave it out. */
const { open: openTerminal } = nodePty as unknown as {
  open(options: { readonly encoding: null }): Opened;
};

/** The board's end of a serial line. */
export interface SerialLine {
  /** Device that a host opens. */
  readonly path: string;
  /** Sends bytes to the host. What the host does not fetch in time is lost, as on a UART. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/**
 * Opens a pseudo-terminal in raw mode and puts a symlink to it at `link`. `receive` gets the host's bytes.
 * The line outlives hosts: one descriptor stays open on the slave, or the master would end with the first host.
 */
export function openSerialLine(link: string, receive: (bytes: Uint8Array) => void): SerialLine {
  const pty = openPty();
  const keeper = keepSlave(pty._pty);
  // node-pty reads its own slave, which would steal what the board sends.
  pty.slave.pause();
  // Closing it puts the terminal's old settings back, so raw mode is set afterwards.
  pty.slave.once("close", () => keeper.setRawMode(true));
  pty.slave.destroy();
  pty.master.on("data", receive);
  pty.master.on("error", () => {});
  pointLink(link, pty._pty);
  let open = true;
  return {
    path: pty._pty,
    write(bytes) {
      if (open) writeWhatFits(pty._fd, bytes);
    },
    close() {
      if (!open) return;
      open = false;
      rmSync(link, { force: true });
      pty.master.destroy();
      keeper.destroy();
    },
  };
}

function openPty(): Opened {
  try {
    return openTerminal({ encoding: null });
  } catch (cause) {
    throw new LoaError("INTERNAL", "no pseudo-terminal could be opened", {}, { cause });
  }
}

function keepSlave(path: string): ReadStream {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  try {
    return new ReadStream(fd);
  } catch (cause) {
    closeSync(fd);
    throw new LoaError("INTERNAL", `${path} is no terminal`, { path }, { cause });
  }
}

/** Past the terminal's buffer the stream would block the whole process; a direct write says EAGAIN instead. */
function writeWhatFits(fd: number, bytes: Uint8Array): void {
  try {
    writeSync(fd, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EAGAIN" && code !== "EIO") throw error;
  }
}

/** By rename, so that a host never finds the link missing while it moves. */
function pointLink(link: string, target: string): void {
  mkdirSync(dirname(link), { recursive: true });
  const fresh = `${link}.new`;
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, link);
}
