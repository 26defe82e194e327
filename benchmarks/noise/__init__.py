"""False alarms and time to detection: our default rules beside what people use today."""
