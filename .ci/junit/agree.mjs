// agree reads junit.xml with a reader that is not ours and holds it to the counts of the run log beside it.
//
//   node agree.mjs FOLDER...
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'junit2json'

// reading returns what the reader finds: the counters that the report states, and the elements that it has.
async function reading(folder) {
  const report = await parse(readFileSync(join(folder, 'junit.xml'), 'utf8'))
  const suites = report.testsuite ?? []
  const cases = suites.flatMap((suite) => suite.testcase ?? [])
  const having = (kind) => cases.filter((c) => c[kind] !== undefined).length
  const sum = (counter) => suites.reduce((total, suite) => total + suite[counter], 0)
  return {
    elements: [cases.length, having('failure'), having('error'), having('skipped')],
    suites: [sum('tests'), sum('failures'), sum('errors'), sum('skipped')],
    root: [report.tests, report.failures, report.errors, report.skipped],
  }
}

// counts returns the same from the last record of the run log.
function counts(folder) {
  const lines = readFileSync(join(folder, 'run.ndjson'), 'utf8').trimEnd().split('\n')
  const { counts } = JSON.parse(lines.at(-1)).end
  const of = (...verdicts) => verdicts.reduce((total, v) => total + (counts[v] ?? 0), 0)
  const all = Object.values(counts).reduce((a, b) => a + b, 0)
  return [all, of('failed', 'stale'), of('errored'), of('skipped', 'waived')]
}

let wrong = process.argv.length < 3
for (const folder of process.argv.slice(2)) {
  const want = counts(folder).join(' ')
  for (const [where, got] of Object.entries(await reading(folder))) {
    if (got.join(' ') !== want) {
      console.error(`${folder}: tests, failures, errors, skipped: the run log has ${want}, the ${where} of junit.xml ${got.join(' ')}`)
      wrong = true
    }
  }
  console.log(`${folder}: ${want}`)
}
process.exit(wrong ? 1 : 0)
