import type { Printable } from '../wording/printable';
import { placedMarks } from '../../questions/init/emit';
import type { PlannedException } from '../../questions/init/plan';
import { coverageJson, type CoverageOptions } from '../wording/coverage';
import { json } from '../wording/object-json';
import type { InitOutcome } from './outcome';

/** The same for programs; files include their text only if they were not written. */
export function initJson(
  { plan, files, base, out, state }: InitOutcome,
  { coverage }: CoverageOptions,
): Printable {
  return json({
    apiVersion: 'namespace-jail/v1',
    kind: 'InitReport',
    out,
    state,
    files: files.map(({ path, text }) => (state === 'dry-run' ? { path, text } : { path })),
    base,
    namespaces: plan.namespaces.map((jail) => ({
      namespace: jail.namespace,
      mode: jail.mode,
      inject: jail.inject,
      workloads: jail.workloads,
      ports: jail.ports,
      exceptions: jail.exceptions.map((exception) => exceptionJson(exception)),
      closed: jail.closed,
    })),
    skipped: plan.skipped,
    marks: placedMarks(plan),
    coverage: coverageJson(coverage),
  });
}

function exceptionJson({ client, ...exception }: PlannedException): object {
  return { ...exception, client };
}
