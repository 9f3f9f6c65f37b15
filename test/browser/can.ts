import { Cluster } from '../../lib/cluster/cluster';
import { coverage } from '../../lib/cluster/coverage';
import { finishParsing, parseInto, startParsing } from '../../lib/manifests/parse';
import { areLetIn, canReach, canSubject } from '../../lib/questions/can/can';
import { canJson } from '../../lib/report/can/json';
import { parseClient } from '../../lib/verdict/references';
import { parseTarget } from '../../lib/verdict/target-reference';
import type { HttpRequest } from '../../lib/verdict/request';

/** `namespace-jail can FROM TO -o json` as a page in a browser would answer it, of manifests that are at hand as texts. */
export function can(
  manifests: Readonly<Record<string, string>>,
  from: string,
  to: string,
  request?: HttpRequest,
): string {
  const reading = startParsing();
  for (const [file, text] of Object.entries(manifests)) parseInto(reading, text, file);
  const cluster = Cluster.fromObjects(finishParsing(reading).objects);
  const client = parseClient(cluster, from);
  const targets = parseTarget(cluster, to);
  const reaches = targets.map((target) =>
    canReach(cluster, target, client, request && { kind: 'request', request }),
  );
  return canJson(
    { cluster, client, from, reaches, letIn: areLetIn(reaches, 'all') },
    { coverage: coverage(cluster, canSubject(targets)) },
  );
}
