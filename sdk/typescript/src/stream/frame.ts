// The text frames of a socket, told apart by their `object`.

import type { ControlFrame } from '../event-types.js';

/** A frame that says why the server is about to close. */
export interface ErrorFrame {
  object: 'ws_error';
  code: string;
  message: string;
}

/** A frame, or null for one of a kind that is not known here. */
export type Frame<E> = { event: E } | { control: ControlFrame } | { error: ErrorFrame } | null;

/** Reads a frame; throws when it is broken. */
export function parseFrame<E>(text: string): Frame<E> {
  const frame = JSON.parse(text) as { object?: unknown; id?: unknown };
  if (frame.object === 'event' && typeof frame.id === 'string') return { event: frame as E };
  if (frame.object === 'ws_control') return { control: frame as unknown as ControlFrame };
  if (frame.object === 'ws_error') return { error: frame as unknown as ErrorFrame };
  return null;
}
