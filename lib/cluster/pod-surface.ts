import { memoized } from '../basics/collections';
import { valueAt, asList, inWords } from '../kubernetes/fields';
import { exposedPorts, type ExposedPorts } from '../workloads/exposed-ports';
import { PROBE_FIELDS, writtenProbePorts } from '../workloads/probes';

/** Containers as far as policy can see them; equal ones share one object. */
export interface Surface {
  readonly containers: readonly unknown[];
}

/** Makes each surface once: a cluster has many pods but few kinds of pods. */
export class ExposedPortsCache {
  private readonly surfaces = new Map<string, Surface>();
  private readonly known = new Map<Surface, Map<unknown, ExposedPorts>>();

  public surface(containers: readonly unknown[]): Surface {
    let key = '';
    for (const container of containers) key += `${containerKey(container)}\n`;
    return memoized(this.surfaces, key, () => ({ containers }));
  }

  /** The ports of containers and of the proxy beside them, if there is one. */
  public of(surface: Surface, proxy?: unknown): ExposedPorts {
    const byProxy = memoized(this.known, surface, () => new Map<unknown, ExposedPorts>());
    return memoized(byProxy, proxy, () =>
      exposedPorts(surface.containers, proxy === undefined ? [] : [proxy]),
    );
  }
}

/** Everything the surface depends on, as text. */
function containerKey(container: unknown): string {
  let key = word(valueAt(container, 'name'));
  for (const port of asList(valueAt(container, 'ports'))) {
    key += ` ${word(valueAt(port, 'name'))}${word(valueAt(port, 'containerPort'))}${word(valueAt(port, 'protocol'))}`;
  }
  for (const field of PROBE_FIELDS) {
    const httpGet = valueAt(container, field, 'httpGet');
    if (httpGet !== undefined) key += JSON.stringify(httpGet);
  }
  for (const port of writtenProbePorts(container)) key += ` ${word(port)}`;
  return key;
}

/** With its length, because a name may hold anything. */
function word(value: unknown): string {
  const text = inWords(value);
  return `${text.length}:${text}`;
}
