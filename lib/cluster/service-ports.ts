import { valueAt } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';

/** Where a port of a Service leads: a number or a name. Zero and the empty text mean, as to Kubernetes, that none is given. */
export function targetPortOf(servicePort: unknown): unknown {
  return valueAt(servicePort, 'targetPort') || valueAt(servicePort, 'port');
}

/** Whether nothing translates the ports of a Service: its name leads to the pods, and clients dial their ports. */
export function isHeadless(service: KubeObject): boolean {
  return valueAt(service, 'spec', 'clusterIP') === 'None';
}
