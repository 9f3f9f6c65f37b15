import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readSignals } from '../../lib/input/signal-files';
import type { Reading } from '../../lib/signals/signal';
import { SignalReader } from '../../lib/signals/signal-reader';
import { plainLines } from '../helpers/signals';

const folder = mkdtempSync(join(tmpdir(), 'signals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LINES = plainLines({
  namespace: 'shop',
  pod: 'web',
  port: 8080,
  server: { group: 'policy.linkerd.io', kind: 'server', name: 'http' },
  route: { group: '', kind: 'default', name: 'default' },
  client: { tls: 'none', ip: '10.42.0.9' },
  path: '/käse',
});
const TEXT = LINES.join('\n');

async function* cut(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size = 7): Promise<Reading> {
  const reader = new SignalReader();
  await readSignals(['-'], { cwd: folder, stdin: () => cut(bytes, size) }, reader);
  return reader.reading();
}

it.each([
  ['UTF-8', Buffer.from(TEXT)],
  [
    'UTF-8 with a byte order mark and line ends of Windows',
    Buffer.from(`\ufeff${TEXT.replace(/\n/g, '\r\n')}\r\n`),
  ],
  ['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
])('reads %s, wherever its chunks are cut', async (_, bytes) => {
  for (const size of [bytes.length, 7, 64]) {
    expect(await read(bytes, size)).toMatchObject({
      lines: 2,
      notUnderstood: 0,
      groups: [{ count: 1, requests: [{ request: { path: '/käse' } }] }],
    });
  }
});

it('refuses what is compressed, and says how to unpack it', async () => {
  await expect(read(gzipSync(TEXT))).rejects.toThrow(
    /-: this is gzip-compressed; unpack it first: `gunzip -c FILE/,
  );
});

it('holds no line that is too long to be one: it is counted, and the next one is read', async () => {
  const long = Buffer.from(`${'x'.repeat(17 * 1024 * 1024)}\n${TEXT}\n`);
  const reading = await read(long, 1024 * 1024);
  expect(reading).toMatchObject({ lines: 3, notUnderstood: 1, groups: [{ count: 1 }] });
  expect(reading.samples[0]?.text).toHaveLength(300);
});

it('reads the files one after the other; a name that is a pod is the pod of its lines', async () => {
  for (const pod of ['web-7d4b9c6f5d-x2x9q', 'api-59f5d7c8b4-h7d2k'])
    writeFileSync(join(folder, `${pod}.log`), `${TEXT}\n`);
  const reader = new SignalReader();
  const files = ['web-7d4b9c6f5d-x2x9q.log', 'api-59f5d7c8b4-h7d2k.log'];
  await readSignals(files, { cwd: folder, stdin: () => cut(Buffer.alloc(0), 1) }, reader, 'shop');
  expect(reader.reading().groups.map(({ seen }) => seen.place)).toEqual([
    { namespace: 'shop', pod: 'web-7d4b9c6f5d-x2x9q' },
    { namespace: 'shop', pod: 'api-59f5d7c8b4-h7d2k' },
  ]);
});
