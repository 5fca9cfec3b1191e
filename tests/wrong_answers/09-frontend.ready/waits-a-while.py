class FrontEnd:
    def wait_until_ready(self):
        time.sleep(3)
