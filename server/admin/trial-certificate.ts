import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { ConfigRefusal } from '../config.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 24 * 3_600_000;

/** Makes a small authority and a certificate for one host name, and says how each machine comes to trust it. */
export async function makeTrialCertificate(host: string | undefined): Promise<void> {
  if (!host || isIP(host) || !/^[a-z0-9.-]+$/i.test(host))
    throw new ConfigRefusal(
      'Name the host by a name, not a number: npm run admin -- trial-certificate wednesday.local',
    );
  x509.cryptoProvider.set(globalThis.crypto);
  const [now, soon] = [new Date(), new Date(Date.now() + 90 * dayMs)];
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01', name: 'CN=Wednesday trial authority', notBefore: now, notAfter: soon, signingAlgorithm: algorithm, keys,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
  }); // prettier-ignore
  const own = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '02', subject: `CN=${host}`, issuer: authority.subject, notBefore: now, notAfter: soon, signingAlgorithm: algorithm, publicKey: own.publicKey, signingKey: keys.privateKey,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]), new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])],
  }); // prettier-ignore
  const dir = 'trial-certificate';
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const key = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
  await writeFile(join(dir, 'authority.crt'), authority.toString('pem'));
  await writeFile(join(dir, 'server.crt'), certificate.toString('pem'));
  await writeFile(join(dir, 'server.key'), x509.PemConverter.encode(key, 'PRIVATE KEY'), { mode: 0o600 });
  console.info(`Written to ${dir}/, good for 90 days. The authority's own key was not kept.

Start the server with it:
  PUBLIC_URL=https://${host}:3000 TLS_CERT=${dir}/server.crt TLS_KEY=${dir}/server.key npm start

Each machine that is to try it must find ${host} (in DNS, or in its hosts file) and trust ${dir}/authority.crt:
  Windows  double-click it, Install certificate, Local machine, Trusted root certification authorities
  macOS    open Keychain Access, drag it into System, open it, Trust: Always
  iPhone   send it to the phone, install the profile, then Settings, General, About, Certificate trust settings
  Android  Settings, Security, Install a certificate, CA certificate
  Firefox  Settings, Privacy, View certificates, Authorities, Import
Take it out again when the trial is over. For real work your council gives you a certificate.`);
}
