/** A command line, ready to copy, and its purpose. */
export interface StepCommand {
  readonly line: string;
  readonly what: string;
}

/** One step of the plan: what to do, and how to undo it. */
export interface Step {
  readonly id: 'audit' | 'restart' | 'watch' | 'enforce' | 'verify';
  readonly title: string;
  readonly why: string;
  readonly notes: readonly string[];
  readonly commands: readonly StepCommand[];
  /** Queries for Prometheus. */
  readonly queries: readonly { readonly query: string; readonly what: string }[];
  readonly back: readonly StepCommand[];
  /** The step whose way back this one's begins with, or is, so that it need not be read twice. */
  readonly backAs?: number;
}
