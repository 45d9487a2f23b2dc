/** The recorded bodies are what real Alertmanagers post, byte for byte. `SELFHEAL_RECORD=1` writes them anew. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sendAlerts } from '../support/e2e/alert-source.ts'
import { openDeliveryGate } from '../support/e2e/delivery-gate.ts'
import { ages } from '../support/e2e/receiving-stand.ts'
import {
  isAtLeast,
  isRecorded,
  type RecordedScene,
  recordedScenes,
  recordingFolder,
} from '../support/e2e/recordings.ts'
import { startAlertmanager } from '../support/real/alertmanager.ts'
import { eventually } from '../support/real/eventually.ts'
import { realWorld } from '../support/real/world.ts'

const routing = (scenes: readonly RecordedScene[], urlOf: (scene: string) => string) => ({
  route: {
    receiver: 'nobody',
    routes: scenes.map(({ scene, receiver, route }) => ({ matchers: [`scene="${scene}"`], receiver, ...route })),
  },
  receivers: [
    { name: 'nobody' },
    ...scenes.map(({ scene, receiver, webhook }) => ({
      name: receiver,
      webhook_configs: [{ url: urlOf(scene), send_resolved: true, ...webhook }],
    })),
  ],
})

/** What is in the body of any version that can be told to send it. */
function commonPart(body: string): unknown {
  const { notification_reason: _, routeLabels: __, ...rest } = JSON.parse(body)
  return rest
}

async function expectRecorded(version: string, name: string, body: string): Promise<void> {
  const file = (of: string) => join(recordingFolder(of), `${name}.json`)
  if (process.env.SELFHEAL_RECORD === '1') {
    await mkdir(recordingFolder(version), { recursive: true })
    await writeFile(file(version), body)
  }
  if (isRecorded(version)) expect(body).toBe(await readFile(file(version), 'utf8'))
  else expect(commonPart(body)).toEqual(commonPart(await readFile(file('0.33.1'), 'utf8')))
}

describe.concurrent('the recorded bodies', () => {
  test.each(ages)('are what the %s Alertmanager posts', async (age) => {
    const { version } = realWorld().alertmanager[age]
    const scenes = recordedScenes.filter(({ since }) => isAtLeast(version, since))
    await using gate = await openDeliveryGate(null)
    await using alertmanager = await startAlertmanager({
      version: age,
      config: routing(scenes, gate.url),
      flags: ['--web.external-url=http://alertmanager.example:9093'],
    })
    await Promise.all(
      scenes.map(async ({ scene, steps }) => {
        let seen = 0
        for (const { name, send = [], pick = /./ } of steps) {
          if (send.length > 0) await sendAlerts(alertmanager.url, send)
          const body = await eventually(`${name} of ${version}`, () => {
            const found = gate.deliveries(scene).findIndex(({ bytes }, at) => at >= seen && pick.test(String(bytes)))
            if (found === -1) return undefined
            seen = found + 1
            return String(gate.deliveries(scene)[found]?.bytes)
          })
          if (name !== null) await expectRecorded(version, name, body)
        }
      }),
    )
  })
})
