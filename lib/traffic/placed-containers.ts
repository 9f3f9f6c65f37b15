import { templateOf, type Workload, templatePath } from '../cluster/workload';
import { valueAt, asList, asText } from '../kubernetes/fields';
import type { Path } from '../kubernetes/path';

/** A container of a pod template with its place; of init containers only those that keep running. */
export interface PlacedContainer {
  readonly container: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly path: Path;
}

export function containersOf(workload: Workload): PlacedContainer[] {
  if (workload.kind === 'externalworkload') return [];
  const { spec } = templateOf(workload.source);
  return (['containers', 'initContainers'] as const).flatMap((field) =>
    asList(spec[field]).flatMap((entry, index): PlacedContainer[] => {
      if (field === 'initContainers' && valueAt(entry, 'restartPolicy') !== 'Always') return [];
      return [
        {
          container: entry as Readonly<Record<string, unknown>>,
          name: asText(valueAt(entry, 'name')) ?? '',
          path: [...templatePath(workload), 'spec', field, index],
        },
      ];
    }),
  );
}
