/** The Namespace of a jail whose pods get a proxy, as YAML. */
export const JAILED_NAMESPACE = `apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny } }`;

/** A pod in it with one port, as YAML. */
export const JAILED_POD = `apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web }
spec: { containers: [{ name: app, image: app, ports: [{ name: http, containerPort: 8080 }] }] }`;
