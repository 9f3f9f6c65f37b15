import type { Rule } from '../rule';
import { allServers } from '../../cluster/inventory';
import { quote } from '../../basics/words';
import { label } from '../../cluster/labels';

export const serverPortQuoted: Rule = {
  id: 'server-port-quoted',
  severity: 'error',
  title: "A Server's port is a number in quotes, which Linkerd reads as a name.",
  check(cluster) {
    return allServers(cluster).flatMap((server) => {
      const { port } = server;
      if (typeof port !== 'string' || !/^\d+$/.test(port)) return [];
      return [
        {
          object: server.source,
          path: ['spec', 'port'],
          text: `${label(cluster, server.source)} has port: ${quote(port)}. A port in quotes is a name, and a container port's name needs a letter, so the Server never applies.`,
          remedy: `remove the quotes: port: ${port}`,
        },
      ];
    });
  },
};
