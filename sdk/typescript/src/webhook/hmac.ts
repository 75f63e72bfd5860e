// HMAC-SHA256 of WebCrypto, and the spellings of a signature.

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' };
const SIGNATURE_BYTES = 32;

/** A key that verifies. */
export const hmacKey = (secret: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', secret as Uint8Array<ArrayBuffer>, ALGORITHM, false, ['verify']);

/** Whether the key makes the signature; compared by WebCrypto, in constant time. */
export async function matches(
  key: Promise<CryptoKey> | undefined,
  signature: Uint8Array,
  signed: Uint8Array,
): Promise<boolean> {
  if (!key) return false;
  return crypto.subtle.verify(
    ALGORITHM,
    await key,
    signature as Uint8Array<ArrayBuffer>,
    signed as Uint8Array<ArrayBuffer>,
  );
}

/** The bytes of 64 hex digits, or nothing. */
export function decodeHex(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{64}$/i.test(text)) return undefined;
  return Uint8Array.from({ length: SIGNATURE_BYTES }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

/** The bytes of base64 text, or nothing. */
export function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
