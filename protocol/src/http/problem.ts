import { type Static, Type } from "typebox";

/** RFC 9457 problem details; every error of the API answers with one. `code` is stable (docs/errors.md). */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  /** What the reader should do. */
  advice: Type.String(),
  problems: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  conflicts: Type.Optional(Type.Array(Type.Unknown())),
  /** LIVE_HELD: who speaks there, and since when (Unix ms). */
  holder: Type.Optional(Type.Object({ id: Type.String(), name: Type.String(), since: Type.Number() })),
});
export type Problem = Static<typeof Problem>;

/** Query of every paged list. `cursor` is what the previous page's `next` said. */
export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
};

/** Field of every paged answer; null on the last page. */
export const Next = Type.Union([Type.String(), Type.Null()]);
