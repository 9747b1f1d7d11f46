# The Debian packages of the fonts that charts are written with; a package of ours names the first list in Depends
# and the second in Recommends.
set(ANCHORD_FONTS fonts-dejavu-core) # without any font a picture has no words
# Most other scripts, those of East Asia, and emoji. Without them their letters are boxes.
set(ANCHORD_FONTS_WIDE fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji)
