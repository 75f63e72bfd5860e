// The objects of the API. What the committed description has comes from it; the rest follows the same words.

import type { components } from './generated/openapi.js';

type Schemas = components['schemas'];

/** Where money is real (`mainnet`) and where it is not (`devnet`). */
export type Environment = Schemas['Environment'];
/** A machine-readable error code of the server. */
export type ServerErrorCode = Schemas['Code'];

/** One invoice. */
export type Invoice = Schemas['Invoice'];
/** `unpaid`, `underpaid`, `paid`, `expired` or `canceled`; the last three are terminal. */
export type InvoiceState = Schemas['InvoiceState'];
/** The body of a request to create an invoice. */
export type CreateInvoice = Schemas['CreateInvoice'];
/** The answer to a created invoice: where to send the payor, and the credentials of embedded checkout. */
export type CreatedInvoice = Schemas['CreatedInvoice'];
/** An invoice with its latest payment. */
export type InvoiceStatus = Schemas['InvoiceStatus'];
/** Sums and counts of invoices by status. */
export type InvoiceTotals = Schemas['InvoiceTotals'];
/** Why an invoice is, or is not, paid. */
export type Explanation = Schemas['Explanation'];
/** One payment of an invoice: a receipt. */
export type Payment = Schemas['Payment'];
/** One request to look for an invoice's payments again. */
export type Verification = Schemas['Verification'];

/** What a payor sees of an invoice. */
export type SessionDetails = Schemas['SessionDetails'];
/** One token a payor may choose. */
export type TokenOption = Schemas['TokenOption'];
/** Where to pay, how much of which token, and until when that holds. */
export type PaymentAddress = Schemas['PaymentAddress'];
/** Whether the invoice of the session is paid. */
export type PaymentStatus = Schemas['PaymentStatus'];
/** Where the receipt goes. */
export type CustomerEmail = Schemas['CustomerEmail'];
/** The answer to a changed address for the receipt. */
export type CustomerEmailSet = Schemas['CustomerEmailSet'];
/** What the payor is asked. */
export type InvoiceQuestions = Schemas['InvoiceQuestions'];
/** One answer of the payor. */
export interface Answer {
  /** The question it answers. */
  question_id: string;
  /** As the type of the question wants. */
  response: string | number | boolean;
}

/** One token of the catalogue, as the merchant sees it. */
export type Token = Schemas['Token'];
/** The merchant's tokens. */
export type MerchantTokens = Schemas['MerchantTokens'];
/** One page of the token search. */
export type TokenSearch = Schemas['TokenSearch'];
/** The answer to a token that was blocked or unblocked. */
export type Blocked = Schemas['Blocked'];
/** What payors may use: `stables_only`, `stables_preferred` or `tokens`. */
export type SettlementMode = Schemas['SettlementMode'];
/** How a merchant's money is settled. */
export type SettlementPreferences = Schemas['SettlementPreference'];
/** The token money is settled in. */
export type SettlementToken = Schemas['SettlementToken'];
/** A stable coin that money can be settled in. */
export type StableToken = Schemas['StableToken'];
/** The answer to a changed settlement token. */
export type SettlementTokenUpdated = Schemas['SettlementTokenUpdated'];
/** The wallets of one network. */
export type NetworkWallets = Schemas['NetworkWallets'];

/** One page of a list, as the server gives it. */
export interface Page<T> {
  /** Always `list`. */
  object: 'list';
  /** The objects, newest first. */
  data: T[];
  /** Whether there are more in the direction that was asked for. */
  has_more: boolean;
}

/** A moment: a `Date`, epoch seconds, or an RFC 3339 text. */
export type Moment = Date | number | string;
