import type { AppNamespace } from './app-workloads';
import { numbersOf, selected } from './app-workloads';
import { formatProp, inspect } from './problems';
import type { ServerPlan } from './server-plan';
import { enumerate } from '../basics/words';

/** The paths of a port's probes, or what is wrong with them. */
export interface PortProbes {
  readonly paths: readonly string[];
  readonly problem?: string;
}

/**
 * The paths that kubelets ask for by plain HTTP on a port with routes: as its exceptions say, or as the app's workloads have
 * them. They are one list for the Server, so they must be the same on all its pods: a pod without the probe would answer the
 * path to strangers.
 */
export function portProbes(app: AppNamespace, entry: ServerPlan): PortProbes {
  const declarations = entry.limited.flatMap((plan) => plan.declarations);
  const stated = declarations.find(({ access }) => access.probePaths !== undefined);
  if (stated?.access.probePaths !== undefined)
    return { paths: [...new Set(stated.access.probePaths)].sort() };
  const field = declarations[0]?.field === '' ? 'paths' : `${declarations[0]?.field ?? ''}.paths`;
  const received = declarations[0]?.access.requests?.paths.map(({ value }) => value);
  const serving = selected(app, entry.selector)
    .map((workload) => ({ workload, numbers: numbersOf(workload, entry.port) }))
    .filter(({ numbers }) => numbers.length > 0);
  if (serving.length === 0) {
    const message = `the port gets routes of its own, so its probes need one too, and the app has no workload with port ${inspect(entry.port)} to read them from`;
    const remedy =
      'list the paths of its plain HTTP probes in `probePaths`, or write `probePaths: []` if it has none';
    return { paths: [], problem: formatProp({ field, received, message, remedy }) };
  }
  const found = serving.map(({ workload, numbers }) => ({
    path: workload.object.node.path,
    paths: [...new Set(numbers.flatMap((number) => [...(workload.exposed.probes.get(number) ?? [])]))].sort(),
  }));
  const [first] = found;
  const other = found.find(({ paths }) => paths.join('\n') !== first?.paths.join('\n'));
  if (other === undefined || first === undefined) return { paths: first?.paths ?? [] };
  const said = ({ path, paths }: typeof first): string =>
    `'${path}' has ${paths.length === 0 ? 'none' : enumerate(paths.map(inspect))}`;
  const message = `the pods with this port have different probes on it (${said(first)}, ${said(other)}), and one route would open them on all`;
  const remedy =
    'give the exception a podSelector for the pods it is about, or list the paths in `probePaths`';
  return { paths: [], problem: formatProp({ field, received, message, remedy }) };
}
