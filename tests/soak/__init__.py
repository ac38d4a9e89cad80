"""The service under fire: ordinary traffic beside hostile queries, watched for wrong answers, delay and lost memory."""
