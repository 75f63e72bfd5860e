import type { RequestOptions } from '../options.js';
import { paginate, type Cursor, type List } from '../page.js';
import { segment } from '../query.js';
import { MERCHANT, type Transport } from '../transport.js';
import type { Page } from '../types.js';
import type {
  CreateWebhookEndpoint,
  RotateWebhookSecret,
  UpdateWebhookEndpoint,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEndpointDeleted,
  WebhookEndpointWithSecret,
  WebhookRecovery,
} from '../webhook-types.js';

/** Which deliveries are listed. */
export interface DeliveryListParameters extends Cursor {
  status?: WebhookDelivery['status'] | undefined;
  /** Such as `invoice.updated`. */
  event_type?: string | undefined;
}

/** Endpoints that are told of events. */
export class Webhooks {
  readonly #transport: Transport;

  /** Made by the client. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Adds an endpoint. Its secret is shown this once. */
  create(endpoint: CreateWebhookEndpoint, options?: RequestOptions): Promise<WebhookEndpointWithSecret> {
    return this.#send('POST', '/webhooks', endpoint, options);
  }

  /** Lists endpoints, newest first. */
  list(parameters: Cursor = {}, options?: RequestOptions): List<WebhookEndpoint> {
    return this.#list('/webhooks', parameters, options);
  }

  /** Gives one endpoint. */
  retrieve(id: string, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.#transport.send({ path: `/webhooks/${segment(id)}`, audience: MERCHANT, options });
  }

  /** Changes what is given, and leaves the rest. */
  update(id: string, changes: UpdateWebhookEndpoint, options?: RequestOptions): Promise<WebhookEndpoint> {
    return this.#send('PATCH', `/webhooks/${segment(id)}`, changes, options);
  }

  /** Removes an endpoint; nothing more is delivered to it. */
  delete(id: string, options?: RequestOptions): Promise<WebhookEndpointDeleted> {
    return this.#send('DELETE', `/webhooks/${segment(id)}`, undefined, options);
  }

  /** Gives an endpoint another secret. For a while deliveries are signed with both. */
  rotateSecret(
    id: string,
    parameters: RotateWebhookSecret = {},
    options?: RequestOptions,
  ): Promise<WebhookEndpointWithSecret> {
    return this.#send('POST', `/webhooks/${segment(id)}/rotate-secret`, parameters, options);
  }

  /** Delivers a `test.ping`. */
  test(id: string, options?: RequestOptions): Promise<WebhookDelivery> {
    return this.#send('POST', `/webhooks/${segment(id)}/test`, undefined, options);
  }

  /** Lists what was delivered to an endpoint, newest first. */
  listDeliveries(id: string, parameters: DeliveryListParameters = {}, options?: RequestOptions): List<WebhookDelivery> {
    return this.#list(`/webhooks/${segment(id)}/deliveries`, parameters, options);
  }

  /** Gives one delivery with its attempts. */
  retrieveDelivery(deliveryId: string, options?: RequestOptions): Promise<WebhookDelivery> {
    return this.#transport.send({ path: `/webhooks/deliveries/${segment(deliveryId)}`, audience: MERCHANT, options });
  }

  /** Delivers once more. */
  replayDelivery(deliveryId: string, options?: RequestOptions): Promise<WebhookDelivery> {
    return this.#send('POST', `/webhooks/deliveries/${segment(deliveryId)}/replay`, undefined, options);
  }

  /** Delivers again what an endpoint missed since an event or a moment. */
  recover(
    id: string,
    parameters: { since: string | number | Date },
    options?: RequestOptions,
  ): Promise<WebhookRecovery> {
    const { since } = parameters;
    const body = { since: since instanceof Date ? Math.floor(since.getTime() / 1000) : since };
    return this.#send('POST', `/webhooks/${segment(id)}/recover`, body, options);
  }

  #send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: unknown, options?: RequestOptions): Promise<T> {
    return this.#transport.send({ method, path, body, audience: MERCHANT, options });
  }

  #list<T extends { id: string }>(path: string, parameters: Cursor, options?: RequestOptions): List<T> {
    return paginate(parameters, (query) => this.#transport.send<Page<T>>({ path, query, audience: MERCHANT, options }));
  }
}
