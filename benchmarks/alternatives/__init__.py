"""What an analyst would use instead, each as good as it gets."""
