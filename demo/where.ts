import { secretsFolder } from './secrets.ts'
import type { Stage } from './stage.ts'

/** Tells a person where everything is that was left running, and how to remove it. */
export function whereText({ scene, host, isEngineOurs }: Stage): string {
  const { prometheus, alertmanager, selfheal, pager, shop } = scene.addresses
  return [
    '',
    'Left running:',
    `  Prometheus    ${prometheus}/alerts`,
    `  Alertmanager  ${alertmanager}`,
    `  selfheal      ${selfheal}/api/v1/incidents`,
    `                (a token is needed: curl -H "Authorization: Bearer $(cat ${secretsFolder}/judge-token)" ...)`,
    `  pager         ${pager}/messages`,
    `  shop          ${shop}/order`,
    ...(isEngineOurs ? [`  Docker        DOCKER_HOST=${host}   (started for the demo)`] : []),
    'To remove it: npm run demo -- --remove',
    '',
  ].join('\n')
}
