import { everyItem, type Measure, type Outcome, shareOf } from '../outcome.js'
import type { EvalContext, Subject } from '../subject.js'
import type { AnalogyTask } from '../tasks/task.js'
import { type Answers, answer } from './answers.js'
import { type Questions, questionsFor } from './questions.js'
import type { Top } from './top.js'

/**
 * Whether a question is answered correctly. The answer given is the first of the best rows that is not a word of the question
 * (ignoring case), or else the last one.
 */
function isRight(questions: Questions, { k, rows }: Top, q: number): boolean {
  const { a, b, c, capitals, answers } = questions
  const own = [a[q], b[q], c[q]].map(capitals)
  let said = ''
  for (let at = q * k; at < (q + 1) * k && rows[at] >= 0; at++) {
    said = capitals(rows[at])
    if (!own.includes(said)) break
  }
  return said === answers[q]
}

function outcomeOf(task: AnalogyTask, questions: Questions, measure: Measure, top: Top): Outcome {
  const used = questions.answers.length
  const right = Uint8Array.from({ length: used }, (_, q) => Number(isRight(questions, top, q)))
  const of = shareOf(right)
  const parts = task.sections.flatMap(({ name }, section) => {
    const items = everyItem(used).filter((q) => questions.sections[q] === section)
    return items.length > 0 ? [{ name, value: of(items), items: items.length }] : []
  })
  const score = {
    kind: task.kind,
    task: task.name,
    measure,
    value: of(everyItem(used)),
    items: questions.asked,
    covered: used,
    parts
  }
  return { score, used, of }
}

/**
 * Analogies: the share of the known questions whose answer comes first, by 3CosAdd (Mikolov et al. 2013) and by 3CosMul (Levy and
 * Goldberg 2014). Which questions count and what an answer is follow gensim's `evaluate_word_analogies` with its defaults.
 * Empty where no question is known.
 */
export async function analogy(subject: Subject, task: AnalogyTask, context: EvalContext): Promise<Outcome[]> {
  const questions = questionsFor(subject, task)
  if (questions.answers.length === 0) return []
  const { add, mul }: Answers = await answer(subject.table, questions, context)
  return [outcomeOf(task, questions, '3CosAdd', add), outcomeOf(task, questions, '3CosMul', mul)]
}
