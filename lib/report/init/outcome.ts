import type { AppFile } from '../../questions/init/emit-project';
import type { InitPlan } from '../../questions/init/plan';

/** What `init` did, apart from the plan. */
export interface InitOutcome {
  readonly plan: InitPlan;
  readonly files: readonly AppFile[];
  /** The file among them from which `--update` tells edits; it is not listed. */
  readonly base: string;
  /** The folder, as the user named it. */
  readonly out: string;
  /** `unchanged`: the files were already there, byte for byte. */
  readonly state: 'written' | 'unchanged' | 'dry-run';
  /** The arguments that make another verb read the same manifests. */
  readonly input: readonly string[];
}
