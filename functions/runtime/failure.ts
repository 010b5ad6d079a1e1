/**
 * What can go wrong, by how the caller should behave — never by transport.
 * One table per transport (HTTP: problem.ts) maps a kind to an answer; streams and queues try again what is thrown.
 *
 * - `invalid`   the input breaks a rule that the caller can read; sending it again will not help
 * - `refused`   the input is fine, but this caller may not, or not in this state
 * - `notFound`  no such thing, or not for this caller (never tell which)
 * - `conflict`  somebody else changed it first; read again and decide anew
 * - `stale`     the caller decided on a version that is no longer the current one
 * - `unversioned` the caller must say on which version it decided
 * - `tooLarge`  more than one request may carry
 * - `tooMany`   this caller asks more often than agreed; later is right
 * - `temporary` may pass by itself; a retry is right
 */
export type FailureKind = 'invalid' | 'refused' | 'notFound' | 'conflict' | 'stale' | 'unversioned' | 'tooLarge' | 'tooMany' | 'temporary';

/** A text in the district's two languages. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  /** Stable, kebab-case; becomes the `type` of an RFC 9457 problem. */
  readonly code: string;
  readonly text: Bilingual;
  /** Machine-readable particulars, safe to show to the caller. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: FailureKind, code: string, text: Bilingual, details: Record<string, unknown> = {}, cause?: unknown) {
    super(`${code}: ${text.en}`, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.code = code;
    this.text = text;
    this.details = details;
  }
}
