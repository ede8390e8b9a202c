
-- What is compared folded (claims of triggers, texts of searches, people's tags) is folded anew, by the program
-- (models/folded.go): no database folds as base/text does.
SELECT 1;
