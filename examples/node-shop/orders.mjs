// What is sold, and what was ordered. In memory; a real shop has a database and does each method in one transaction.

import { randomUUID } from 'node:crypto';

export const PRODUCTS = [
  { id: 'lamp', name: 'Desk lamp', usd: 49.99 },
  { id: 'chair', name: 'Reading chair', usd: 180 },
];

export class Orders {
  #orders = new Map();
  #handled = new Set(); // Ids of events: deliveries repeat.

  place(product) {
    const order = { id: randomUUID(), product, status: 'new', invoice: null, shipments: 0 };
    this.#orders.set(order.id, order);
    return order;
  }

  bill(id, invoice) {
    this.#orders.get(id).invoice = invoice;
  }

  get(id) {
    return this.#orders.get(id);
  }

  /** Follows an invoice as an event tells it. Ships on safe_to_fulfill, once, and on nothing else. */
  follow(eventId, invoice) {
    const order = this.#orders.get(invoice.metadata?.order);
    if (!order || this.#handled.has(eventId)) return;
    this.#handled.add(eventId);
    if (invoice.safe_to_fulfill && order.status !== 'paid') {
      order.status = 'paid';
      order.shipments += 1;
      console.log(`Order ${order.id} is paid: ship the ${order.product.name}`);
    } else if (invoice.status === 'expired' && order.status === 'new') {
      order.status = 'expired';
    } else if (invoice.exception) {
      console.log(`Order ${order.id} needs a look: ${invoice.exception}`);
    }
  }
}
