import { workloadKey } from '../../cluster/workload';
import { parseWorkloadIdentity } from '../../linkerd/identity';
import type { Domain } from '../../sets/plain-words';
import type { Witness } from '../../verdict/witness';
import { commandLine } from './shell';

/** The command line that replays a witness; it uses the manifests' paths as the user typed them. */
export function canCommand(witness: Witness, domain: Domain, paths: readonly string[] = []): string {
  const { client, target, traffic, isAmongOthers = false } = witness;
  const words = ['namespace-jail', 'can', ...clientArguments(witness, domain), targetName(target)];
  words.push(...paths);
  if (client.tls !== 'none') words.push('--ip', client.ip);
  if (traffic.kind === 'connection' && isAmongOthers) words.push('--connection');
  if (traffic.kind === 'request') {
    const { method, path, headers = {}, version } = traffic.request;
    if (method !== undefined && method !== 'GET') words.push('--method', method);
    words.push('--path', path);
    for (const [name, value] of Object.entries(headers)) {
      for (const one of typeof value === 'string' ? [value] : value)
        words.push('--header', `${name}: ${one}`);
    }
    if (version !== undefined) words.push('--http-version', version === 'HTTP/1' ? '1' : '2');
  }
  return commandLine(words);
}

function clientArguments({ client }: Witness, domain: Domain): string[] {
  if (client.tls === 'none') return [client.ip];
  if (client.tls === 'unauthenticated-tls') return ['unauthenticated-tls'];
  const identity = client.identity ?? '';
  const workload = parseWorkloadIdentity(identity);
  const isLocal = workload?.mesh === `${domain.linkerdNamespace}.${domain.trustDomain}`;
  return [isLocal ? `${workload.namespace}/serviceaccount/${workload.account}` : identity];
}

function targetName({ namespace, kind, name, port }: Witness['target']): string {
  return `${namespace}/${kind}/${name}:${port}`;
}

/** A witness for machines. */
export function witnessJson(witness: Witness, domain: Domain, paths: readonly string[] = []): object {
  const { client, target, traffic } = witness;
  return {
    client,
    workload: workloadKey(target),
    port: target.port,
    ...(traffic.kind === 'request' ? { request: traffic.request } : {}),
    command: canCommand(witness, domain, paths),
  };
}
