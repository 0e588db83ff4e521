"""What a person may see: actor and question in, frame out. Rights are asked and personal data is masked here."""
