/** Labels by which an alert names its target, the first that is present deciding. */
export const targetLabels: readonly string[] = [
  'selfheal_target',
  'container_label_com_docker_swarm_service_name',
  'container_label_com_docker_compose_service',
  'container',
  'name',
  'service',
  'instance',
  'job',
]
