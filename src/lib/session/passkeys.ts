import {
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { ApiRefusal, send, type Hand } from './api.ts';

interface AskToUse {
  id: string;
  options: PublicKeyCredentialRequestOptionsJSON;
}

/** Comes in with a passkey of this device. */
export async function signIn(by?: Hand): Promise<void> {
  const { id, options } = await send<AskToUse>('POST', '/api/sign-in/ask');
  const answer = await answered(startAuthentication({ optionsJSON: options }));
  await send('POST', '/api/sign-in', { id, answer }, by);
}

/** Whom a one-time link is for, and what is needed to make the passkey. */
export async function readEnrolment(token: string) {
  return send<{ name: string; id: string; options: PublicKeyCredentialCreationOptionsJSON }>(
    'POST',
    '/api/enrol/ask',
    { token },
  );
}

/** Makes a passkey with a one-time link and comes in. */
export async function enrol(token: string): Promise<void> {
  const { id, options } = await readEnrolment(token);
  await send('POST', '/api/enrol', {
    token,
    id,
    answer: await answered(startRegistration({ optionsJSON: options })),
  });
}

/** A fresh proof for something grave. */
export async function proveAgain(): Promise<void> {
  const { id, options } = await send<AskToUse>('POST', '/api/proof/ask');
  await send('POST', '/api/proof', {
    id,
    answer: await answered(startAuthentication({ optionsJSON: options })),
  });
}

/** A browser's refusal in our words. */
async function answered<T>(ceremony: Promise<T>): Promise<T> {
  try {
    return await ceremony;
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NotAllowedError' || name === 'AbortError')
      throw new ApiRefusal('not-understood', 'The passkey was not used. Try again when you are ready.');
    if (name === 'InvalidStateError')
      throw new ApiRefusal('not-understood', 'This device has a passkey for you already. Come in with it.');
    throw new ApiRefusal(
      'not-understood',
      'This browser could not use a passkey here. Ask your unit coordinator.',
    );
  }
}
