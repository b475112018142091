import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import type { Insertable } from 'kysely';
import type { Storage } from '../storage/storage.ts';
import type { Tables } from '../storage/tables.ts';

const challengeMs = 5 * 60_000;
/** ES256, EdDSA and RS256: what every authenticator in use has. */
const algorithms = [-7, -8, -257];

/** Passkeys of one host. */
export class Passkeys {
  readonly #storage: Storage;
  readonly #host: string;
  readonly #origin: string;

  constructor(ask: { storage: Storage; url: URL }) {
    this.#storage = ask.storage;
    this.#host = ask.url.hostname;
    this.#origin = ask.url.origin;
  }

  /** What the browser needs to make a passkey for a member. */
  async askToMake(ask: { member: string; name: string; email: string; now: number }) {
    const options = await generateRegistrationOptions({
      rpName: 'Wednesday',
      rpID: this.#host,
      userID: new TextEncoder().encode(ask.member),
      userName: ask.email || ask.name,
      userDisplayName: ask.name,
      attestationType: 'none',
      supportedAlgorithmIDs: algorithms,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return {
      id: await this.#keep(options.challenge, { member: ask.member, purpose: 'make', now: ask.now }),
      options,
    };
  }

  /** The passkey that the browser made, verified and ready to be kept. */
  async readMade(ask: {
    id: string;
    member: string;
    response: RegistrationResponseJSON;
    now: number;
  }): Promise<Insertable<Tables['passkeys']>> {
    const challenge = await this.#take(ask.id, { purpose: 'make', now: ask.now });
    if (challenge.member !== ask.member) throw new Refusal('not-understood');
    const { verified, registrationInfo } = await refuseFailure(
      verifyRegistrationResponse({
        response: ask.response,
        expectedChallenge: challenge.challenge,
        expectedOrigin: this.#origin,
        expectedRPID: this.#host,
        requireUserVerification: true,
        supportedAlgorithmIDs: algorithms,
      }),
    );
    if (!verified || !registrationInfo) throw new Refusal('not-understood', 'key-not-kept');
    const { credential } = registrationInfo;
    return {
      id: credential.id,
      member_id: ask.member,
      public_key: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: JSON.stringify(credential.transports ?? []),
      created_at: ask.now,
    };
  }

  /** What the browser needs to use a passkey; no name is asked for, so nobody can try names. */
  async askToUse(now: number) {
    const options = await generateAuthenticationOptions({ rpID: this.#host, userVerification: 'required' });
    return { id: await this.#keep(options.challenge, { member: null, purpose: 'use', now }), options };
  }

  /** The member whose passkey answered. */
  async use(ask: { id: string; response: AuthenticationResponseJSON; now: number }): Promise<string> {
    const { challenge } = await this.#take(ask.id, { purpose: 'use', now: ask.now });
    const key = await this.#storage.db
      .selectFrom('passkeys')
      .selectAll()
      .where('id', '=', ask.response.id)
      .executeTakeFirst();
    if (!key) throw new Refusal('not-understood', 'key-unknown');
    const { verified, authenticationInfo } = await refuseFailure(
      verifyAuthenticationResponse({
        response: ask.response,
        expectedChallenge: challenge,
        expectedOrigin: this.#origin,
        expectedRPID: this.#host,
        requireUserVerification: true,
        credential: {
          id: key.id,
          publicKey: new Uint8Array(key.public_key),
          counter: Number(key.counter),
          transports: JSON.parse(key.transports),
        },
      }),
    );
    if (!verified) throw new Refusal('not-understood', 'key-wrong');
    await this.#storage.db
      .updateTable('passkeys')
      .set({ counter: authenticationInfo.newCounter })
      .where('id', '=', key.id)
      .execute();
    return key.member_id;
  }

  /** Whose passkey an answer names, whether or not it is right; null where it is nobody's. */
  async memberOf(id: string): Promise<string | null> {
    const key = await this.#storage.db
      .selectFrom('passkeys')
      .select('member_id')
      .where('id', '=', id)
      .executeTakeFirst();
    return key?.member_id ?? null;
  }

  async #keep(
    challenge: string,
    ask: { member: string | null; purpose: string; now: number },
  ): Promise<string> {
    const id = randomUUID();
    // What nobody answered in time goes, so that asking over and over fills nothing.
    await this.#storage.db.deleteFrom('challenges').where('expires_at', '<', ask.now).execute();
    await this.#storage.db
      .insertInto('challenges')
      .values({
        id,
        challenge,
        member_id: ask.member,
        purpose: ask.purpose,
        expires_at: ask.now + challengeMs,
      })
      .execute();
    return id;
  }

  /** A challenge is answered once. */
  async #take(
    id: string,
    ask: { purpose: string; now: number },
  ): Promise<{ challenge: string; member: string | null }> {
    const row = await this.#storage.db
      .deleteFrom('challenges')
      .where('id', '=', id)
      .where('purpose', '=', ask.purpose)
      .returningAll()
      .executeTakeFirst();
    if (!row || Number(row.expires_at) < ask.now) throw new Refusal('not-understood', 'key-slow');
    return { challenge: row.challenge, member: row.member_id };
  }
}

/** The library throws on an answer that does not fit; to the person that is one sentence. */
async function refuseFailure<T>(verification: Promise<T>): Promise<T> {
  try {
    return await verification;
  } catch (error) {
    throw new Refusal('not-understood', error instanceof Error ? 'key-wrong' : null);
  }
}
