import { memoized } from '../basics/collections';
import { valueAt, asList, inWords } from '../kubernetes/fields';
import { exposedPorts, type ExposedPorts } from '../workloads/exposed-ports';
import { PROBE_FIELDS } from '../workloads/probes';

/** Makes each surface once: a cluster has many pods but few kinds of pods. */
export class ExposedPortsCache {
  private readonly known = new Map<string, ExposedPorts>();

  public of(containers: readonly unknown[]): ExposedPorts {
    const key = containers.map(containerKey).join('\n');
    return memoized(this.known, key, () => exposedPorts(containers));
  }
}

/** Everything the surface depends on, as text. */
function containerKey(container: unknown): string {
  let key = `${inWords(valueAt(container, 'name'))}`;
  for (const port of asList(valueAt(container, 'ports'))) {
    key += ` ${inWords(valueAt(port, 'name'))}:${inWords(valueAt(port, 'containerPort'))}:${inWords(valueAt(port, 'protocol'))}`;
  }
  for (const field of PROBE_FIELDS) {
    const httpGet = valueAt(container, field, 'httpGet');
    if (httpGet !== undefined) key += JSON.stringify(httpGet);
  }
  return key;
}
