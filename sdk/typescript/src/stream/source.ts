// Where a stream comes from, and how the end of one connection is judged.

import type { PepayError } from '../errors.js';
import type { ErrorFrame } from './frame.js';
import type { Ending, WebSocketFactory } from './socket.js';

/** Where the events of a stream come from. */
export interface StreamSource<E> {
  /** Opens the socket. */
  readonly factory: WebSocketFactory;
  /** Most milliseconds until it is open and says something. */
  readonly greetWithinMs: number;
  /** Whether another credential can be had when one is refused. */
  readonly renewable: boolean;
  /** The address to open, with a credential that was not used before where `renewable`. */
  url(since: string | undefined, signal: AbortSignal): Promise<string>;
  /** Why an address that no socket could be opened at is refused, if an answer says so: few sockets tell. */
  refusal(url: string, signal: AbortSignal): Promise<PepayError | undefined>;
  /** The id of the newest event, where there is a log to read beside the socket. */
  newest?: ((signal: AbortSignal) => Promise<string>) | undefined;
  /** Everything after an event, oldest first, likewise. */
  recover?: ((since: string, signal: AbortSignal) => AsyncIterable<E>) | undefined;
}

/** What one connection came to. */
export interface Report {
  ending: Ending;
  /** What the server said was wrong. */
  fault: ErrorFrame | undefined;
  /** Whether the server said anything else. */
  heard: boolean;
  /** Whether it went well long enough to begin anew with short pauses. */
  settled: boolean;
  /** Whether it was ended from this side: to pause, to renew the token, or because the socket seemed dead. */
  planned: boolean;
}

/** What follows from the end of a connection. */
export type Verdict = 'resume' | 'renew' | 'end';

/** How often in a row another credential is tried. */
const RENEWALS = 2;

/** Judges the end of a connection; `refusals` credentials were refused in a row before. */
export function judge({ ending, fault, heard }: Report, renewable: boolean, refusals: number): Verdict {
  const { code, status } = ending;
  if (code === 4400 || status === 400) return 'end';
  const refused =
    code === 4401 ||
    code === 4403 ||
    status === 401 ||
    status === 403 ||
    (fault !== undefined && !heard && code !== 1012 && code !== 4408);
  if (!refused) return 'resume';
  return renewable && refusals < RENEWALS ? 'renew' : 'end';
}
