/**
 * What reading a proxy's log costs compared with a bare loop of Node that only splits the same stream into lines, and how
 * much memory it takes. Half of the lines are denials, the rest is what proxies write besides. `DENIED_BENCH_MB=1000` for
 * a whole gigabyte.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
const megabytes = Number(process.env.DENIED_BENCH_MB ?? 128);
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.examples.json'], { cwd: root, stdio: 'inherit' });

const ID = 'serviceaccount.identity.linkerd.cluster.local';

/** The lines of a busy minute: denied requests of some clients, with their second lines, and other matters. */
function block(start: number): string {
  const lines: string[] = [];
  for (let i = 0; i < 500; i++) {
    const time = `2026-11-25T22:${String(Math.floor(start / 60) % 60).padStart(2, '0')}:${String(start % 60).padStart(2, '0')}.${String(i).padStart(6, '0')}Z`;
    const at = `[pod/web-7d4b9c6f5d-x2x9${i % 10}/linkerd-proxy] ${time} [  ${start}.${String(i).padStart(6, '0')}s]  INFO ThreadId(0${i % 3})`;
    const client = `10.42.0.${i % 50}`;
    if (i % 4 < 2) {
      lines.push(
        `${at} inbound:server{port=8080}: linkerd_app_inbound::policy::http: Request denied server.group=policy.linkerd.io server.kind=server server.name=http route.group= route.kind=default route.name=default client.tls=Some(Established { client_id: Some(ClientId(Dns(Name("client-${i % 50}.shop.${ID}")))), negotiated_protocol: None }) client.ip=${client}`,
        `${at} inbound:server{port=8080}:rescue{client.addr=${client}:${40000 + ((start + i) % 20000)}}: linkerd_app_core::errors::respond: HTTP/1.1 request failed error=unauthorized request on route path="/api/${i % 7}"`,
      );
    } else {
      lines.push(
        `${at} outbound:proxy{addr=10.96.12.7:80}:service{ns=shop name=api port=80}: linkerd_reconnect: Failed to connect error=endpoint 10.42.1.${i % 250}:8080: Connection refused (os error 111)`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

const folder = mkdtempSync(join(tmpdir(), 'denied-bench-'));
try {
  const file = join(folder, 'proxy.log');
  const descriptor = openSync(file, 'w');
  for (let written = 0, i = 0; written < megabytes * 1e6; i++) {
    const text = block(i);
    writeSync(descriptor, text);
    written += text.length;
  }
  closeSync(descriptor);
  execFileSync(process.execPath, [join(root, 'build', 'bench', 'signals.js'), file], { stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
