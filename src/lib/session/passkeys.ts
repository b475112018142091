import {
  bufferToBase64URLString,
  startAuthentication,
  startRegistration,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import { ApiRefusal, Client, type Hand } from './api.ts';
import { holdPasskeyKey, isMine, type PasskeyKey } from './device.ts';

/** Why a passkey was not used. */
const SAYS = {
  unused: 'The passkey was not used. Try again when you are ready.',
  thereAlready: 'This device has a passkey for you already. Come in with it.',
  cannot: 'This browser could not use a passkey here. Ask your unit coordinator.',
  noKey: 'This passkey cannot open what is kept here.',
};

/** Comes in with a passkey of this device; on one's own it makes the key of a cold start in the same breath. */
export async function signIn(by: Hand = {}): Promise<void> {
  const client = new Client(by);
  const { id, options } = await client.send('POST /api/sign-in/ask', {});
  const salt = isMine() && !by.hand ? newSalt() : null;
  const answer = await answered(
    startAuthentication({ optionsJSON: salt ? withSalt(options, salt) : options }),
  );
  const made = salt && (await keyIn(answer, salt));
  // What the passkey made stays on this device.
  const body = { id, answer: { ...answer, clientExtensionResults: {} } };
  const { member } = await client.send('POST /api/sign-in', {}, body);
  if (!by.hand) holdPasskeyKey(made, member);
}

/** Makes again the key that a passkey made before from a salt; needs no server. */
export async function keyFromPasskey(ask: Pick<PasskeyKey, 'credential' | 'salt'>): Promise<CryptoKey> {
  const challenge = bufferToBase64URLString(crypto.getRandomValues(new Uint8Array(32)).buffer);
  const options: PublicKeyCredentialRequestOptionsJSON = {
    challenge,
    userVerification: 'required',
    allowCredentials: [{ id: ask.credential, type: 'public-key' }],
  };
  const answer = await answered(startAuthentication({ optionsJSON: withSalt(options, ask.salt) }));
  const made = await keyIn(answer, ask.salt);
  if (!made) throw new ApiRefusal('not-understood', SAYS.noKey);
  return made.key;
}

const newSalt = () => crypto.getRandomValues(new Uint8Array(32));
/** Asks for WebAuthn's PRF with a salt; the library's types do not know it yet. */
const withSalt = <T extends { extensions?: object }>(options: T, salt: Uint8Array): T => ({
  ...options,
  extensions: { ...options.extensions, prf: { eval: { first: salt } } },
});

/** The key that a passkey made; null where it can make none. */
async function keyIn(
  answer: AuthenticationResponseJSON | RegistrationResponseJSON,
  salt: PasskeyKey['salt'],
): Promise<Omit<PasskeyKey, 'member' | 'until'> | null> {
  const results = answer.clientExtensionResults as { prf?: { results?: { first?: ArrayBuffer } } };
  const first = results.prf?.results?.first;
  if (!first) return null;
  const secret = await crypto.subtle.importKey('raw', first, 'HKDF', false, ['deriveKey']);
  const key = await crypto.subtle.deriveKey(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: new Uint8Array(),
      info: new TextEncoder().encode('Wednesday: a cold start'),
    },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
  return { credential: answer.id, salt, key };
}

/** Whom a one-time link is for, and what is needed to make the passkey. */
export async function readEnrolment(token: string) {
  return new Client({}).send('POST /api/enrol/ask', {}, { token });
}

/** Makes a passkey with a one-time link and comes in. */
export async function enrol(token: string): Promise<void> {
  const { id, options } = await readEnrolment(token);
  const salt = newSalt();
  const answer = await answered(startRegistration({ optionsJSON: withSalt(options, salt) }));
  const made = isMine() ? await keyIn(answer, salt) : null;
  const body = { token, id, answer: { ...answer, clientExtensionResults: {} } };
  const { member } = await new Client({}).send('POST /api/enrol', {}, body);
  holdPasskeyKey(made, member);
}

/** A fresh proof for something grave, by whoever asks for it. */
export async function proveAgain(client: Client): Promise<void> {
  const { id, options } = await client.send('POST /api/proof/ask', {});
  const answer = await answered(startAuthentication({ optionsJSON: options }));
  await client.send('POST /api/proof', {}, { id, answer });
}

/** A browser's refusal in our words. */
async function answered<T>(ceremony: Promise<T>): Promise<T> {
  try {
    return await ceremony;
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NotAllowedError' || name === 'AbortError')
      throw new ApiRefusal('not-understood', SAYS.unused);
    if (name === 'InvalidStateError') throw new ApiRefusal('not-understood', SAYS.thereAlready);
    throw new ApiRefusal('not-understood', SAYS.cannot);
  }
}
