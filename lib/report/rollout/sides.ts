import type { StepCommand } from './step';
import { commandLine } from '../wording/shell';
import type { RolloutPlan } from '../../questions/rollout/rollout';

/** The manifests of both sides, as the user named them. */
export interface Sides {
  /** The words that name what runs today. */
  readonly old?: readonly string[];
  readonly now: readonly string[];
  /** Whether a verb reads the cluster anew, so that what runs today is what runs then. */
  readonly isLive?: boolean;
  /** The options that make another verb read them as the same cluster. */
  readonly options?: readonly string[];
}

/** A kubectl command for the new manifests of a plan. */
export function applied(
  verb: 'apply' | 'diff',
  { files }: Pick<RolloutPlan, 'files'>,
  { now }: Sides,
  what: string,
): StepCommand {
  const paths = (files ?? now).flatMap((path) => ['-f', path]);
  // A folder may have folders; files are named as they are.
  const command = commandLine(['kubectl', verb, ...(files === undefined ? ['-R'] : []), ...paths]);
  return { line: verb === 'diff' ? `${command} || [ $? = 1 ]` : command, what };
}
