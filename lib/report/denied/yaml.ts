import type { DeniedReport } from '../../questions/denied/denied';
import { printable, type Printable } from '../wording/printable';
import { yamlLines } from './sentences';

/** The objects of all exceptions, for a file: they let in everybody for whom that is advised. */
export function deniedYaml({ proposals }: DeniedReport): Printable {
  const all = proposals.flatMap((proposal) => proposal.objects);
  // Exceptions for one port bring the same Server.
  const objects = [
    ...new Map(
      all.map((object) => [
        `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`,
        object,
      ]),
    ).values(),
  ];
  return printable(objects.length === 0 ? ['# no exception is proposed', ''] : [...yamlLines(objects), '']);
}
