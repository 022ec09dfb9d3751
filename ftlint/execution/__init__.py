"""Workers do pieces of work somewhere and send back what came of them; which ones there are, the staff says."""
