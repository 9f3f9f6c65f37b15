import { Cluster } from '../../lib/cluster/cluster';
import { coverage } from '../../lib/cluster/coverage';

/** For reports whose test is not about what they rest on: that of an empty input. */
export const NOTHING_READ = coverage(Cluster.fromObjects([]));
