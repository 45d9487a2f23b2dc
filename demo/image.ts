import type Docker from 'dockerode'
import type { Project } from './project.ts'

const name = 'selfheal-demo/selfheal:latest'

/** Builds the image of selfheal from the checkout's Dockerfile, and removes the one of an earlier build that it replaces. */
export async function buildImage(project: Project, docker: Docker, signal: AbortSignal): Promise<void> {
  const before = await findId(docker)
  await project.compose(['build', 'selfheal'], { signal })
  if (before === undefined || before === (await findId(docker))) return
  await docker
    .getImage(before)
    .remove()
    .catch(() => {}) // someone else uses it
}

async function findId(docker: Docker): Promise<string | undefined> {
  const [image] = await docker.listImages({ filters: { reference: [name] } })
  return image?.Id
}
