/**
 * Answers as `compute` does, and the same question asked again at once from memory: many rules ask the same of one
 * entry. `compute` has to be pure, and what it answers must not be changed.
 */
export function rememberLast<Question, Answer>(
  compute: (question: Question) => Answer,
): (question: Question) => Answer {
  let last: { readonly question: Question; readonly answer: Answer } | undefined;
  return (question) => {
    if (last !== undefined && last.question === question) return last.answer;
    const answer = compute(question);
    last = { question, answer };
    return answer;
  };
}
