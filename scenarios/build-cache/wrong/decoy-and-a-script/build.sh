pip install --no-cache-dir --no-compile --target /deps -r requirements.txt
