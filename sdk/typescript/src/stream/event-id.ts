// Event ids: `evt_<epoch ms>-<sequence>`. The sequence is the order in which events were committed.

const FORM = /^evt_\d+-(\d+)$/;

/** Before every event. */
export const BEGINNING = 'evt_0-0';

/** The place of an event in the log; undefined for what is in no log, such as a quote. */
export function place(id: string): bigint | undefined {
  const sequence = FORM.exec(id)?.[1];
  return sequence === undefined ? undefined : BigInt(sequence);
}
