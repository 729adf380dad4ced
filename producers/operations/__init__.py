"""Write-side verbs of the supply side."""
