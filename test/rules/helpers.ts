import * as yaml from 'js-yaml';
import { Cluster, type ClusterOptions } from '../../lib/cluster/cluster';
import type { SourceObject } from '../../lib/kubernetes/object';
import { parseManifests } from '../../lib/manifests/parse';

export function objectsIn(text: string, file = 'manifests.yaml'): readonly SourceObject[] {
  return parseManifests(text, file).objects;
}

export function clusterOf(text: string, options: ClusterOptions = {}): Cluster {
  return Cluster.fromObjects(objectsIn(text), options);
}

/** Sections of a page, by their headings. */
export function sections(markdown: string): Map<string, string> {
  return new Map(
    markdown.split(/^## /m).map((section) => {
      const end = section.indexOf('\n');
      return [section.slice(0, end).trim(), section.slice(end + 1)] as const;
    }),
  );
}

/** The first block of code of a section. */
export function yamlBlock(section: string | undefined): string {
  return /```yaml\n([\s\S]*?)```/.exec(section ?? '')?.[1] ?? '';
}

export function load(text: string): unknown {
  return yaml.load(text);
}
