/** Gets from a cluster everything that the answers rest on: workloads, Namespaces, Services and inbound policy. */
export const KUBECTL_GET =
  'kubectl get all,ns,srv,saz,authzpolicy,meshtlsauthn,netauthn,httproutes.policy.linkerd.io -A -o yaml';
