// The events of the API and the frames that carry them over a socket.

import type { components } from './generated/openapi.js';
import type { Invoice, Payment } from './types.js';

interface EventOf<Type extends string, Subject> extends Omit<
  components['schemas']['Event'],
  'type' | 'data' | 'object'
> {
  /** Always `event`. */
  object: 'event';
  /** What happened. */
  type: Type;
  data: {
    /** The object as it was after the event. */
    object: Subject;
    /** The former values of the top-level fields that changed. */
    previous_attributes: Partial<Subject>;
  };
}

/** An invoice was created, or anything visible of it changed. */
export type InvoiceEvent = EventOf<'invoice.created' | 'invoice.updated', Invoice>;
/** A payment was first seen, or anything visible of it changed. */
export type PaymentEvent = EventOf<'invoice_payment.created' | 'invoice_payment.updated', Payment>;
/** A test of a webhook endpoint. */
export type PingEvent = EventOf<'test.ping', { object: 'ping'; status: string }>;
/** What a merchant hears of. Deliveries repeat: skip an `id` that was handled before. */
export type PepayEvent = InvoiceEvent | PaymentEvent | PingEvent;
/** The type of an event. */
export type PepayEventType = PepayEvent['type'];

/** What a payor hears of: the payor-safe part of this one invoice. */
export type PayorEvent = EventOf<PepayEventType | 'payment_quote.updated', Record<string, unknown>>;

/** A frame about the stream itself. */
export interface ControlFrame {
  /** Always `ws_control`. */
  object: 'ws_control';
  /** What it says. */
  type: 'ready' | 'replay_started' | 'replay_completed' | 'resync_required' | 'token_expiring' | (string & {});
  /** The last event of the stream so far, where that matters. */
  last_event_id?: string | null;
  [field: string]: unknown;
}
