"""What the demo's photos show: six stories, drawn flat. Nobody in them is anybody."""

import math

from tests.demo.canvas import HEIGHT, WIDTH, Canvas

_LEAF, _DARK_LEAF, _TRUNK = "#4f9d69", "#3b7d54", "#7a5236"
_NAVY, _GOLD, _INK = "#23395b", "#f2b544", "#1e2a38"


def bike() -> Canvas:
    """A found bike in front of the station."""
    art = Canvas("#fbe3c4", "#f7cfa4")
    art.box((0, 0, WIDTH, 880), "#c8654b")
    for row in range(11):
        for column in range(-1, 12):
            left = column * 150 + (row % 2) * 75
            art.box(
                (left, row * 80 + 6, left + 138, row * 80 + 70), "#d2745a" if (row + column) % 3 else "#cb6b51", 6
            )
    art.box((1090, 190, 1450, 880), "#5b3b2e", 10)
    art.box((1115, 215, 1425, 880), "#2d5d86", 8)
    for top in (260, 560):
        art.box((1150, top, 1390, top + 230), "#3a72a0", 8)
    art.disc(1375, 545, 16, _GOLD)
    _lamp(art, 960, 150)
    art.box((180, 150, 780, 300), "#fdf6e8", 14)
    art.star(270, 226, 52, _GOLD)
    art.box((350, 190, 720, 216), _NAVY, 10)
    art.box((350, 236, 630, 256), "#7f8fa6", 10)
    art.box((0, 880, WIDTH, HEIGHT), "#b9b2a6")
    art.box((0, 880, WIDTH, 905), "#d6d0c4")
    art.shadow(620, 1082, 480, 26, 110)
    _bicycle(art, 620, 1075)
    return art


def _lamp(art: Canvas, x: float, y: float) -> None:
    art.box((x - 14, y - 30, x + 14, y + 10), _INK, 4)
    art.disc(x, y + 60, 95, "#d98a72")
    art.disc(x, y + 60, 62, "#8fc7ff")
    art.disc(x - 16, y + 44, 20, "#d9eeff")


def _bicycle(art: Canvas, x: float, ground: float) -> None:
    hub, r = ground - 190, 185
    rear, front, crank = x - 290, x + 300, (x - 40, hub + 20)
    for wheel in (rear, front):
        for step in range(12):
            angle = step * math.pi / 6
            art.stroke([(wheel, hub), (wheel + r * math.cos(angle), hub + r * math.sin(angle))], "#e9e4da", 4)
        art.ring(wheel, hub, r, 24, _INK)
        art.ring(wheel, hub, r - 22, 7, "#dfe6ee")
        art.disc(wheel, hub, 20, _INK)
    seat, head = (x - 130, hub - 270), (x + 215, hub - 270)
    blue = "#2f7fd1"
    for line in ([(rear, hub), seat], [(rear, hub), crank], [crank, seat], [crank, head], [seat, head]):
        art.stroke(line, blue, 24)
    art.stroke([head, (front, hub)], blue, 22)
    art.stroke([seat, (x - 148, hub - 340)], "#cfd6dd", 16)
    art.box((x - 235, hub - 372, x - 75, hub - 330), _INK, 20)
    art.stroke([head, (x + 196, hub - 350), (x + 300, hub - 372)], "#cfd6dd", 16)
    art.stroke([(x + 285, hub - 372), (x + 345, hub - 356)], _INK, 24)
    art.ring(*crank, 44, 12, "#cfd6dd")
    art.stroke([crank, (x - 10, hub + 105)], "#cfd6dd", 14)
    art.box((x - 55, hub + 96, x + 38, hub + 120), _INK, 8)
    art.box((front - 130, hub - 330, front + 70, hub - 200), "#e8c48a", 18)
    for left in range(4):
        art.box((front - 118 + left * 48, hub - 318, front - 92 + left * 48, hub - 212), "#d3a862", 8)
    for flower, colour in ((-100, "#f26d6d"), (-40, "#ffffff"), (25, _GOLD)):
        art.disc(front + flower, hub - 340, 34, colour)
        art.disc(front + flower, hub - 340, 13, "#fbe3c4" if colour != "#ffffff" else _GOLD)


def dog() -> Canvas:
    """A lost dog beside a patrol car."""
    art = Canvas("#bfe3f5", "#e8f6fb")
    art.disc(1330, 210, 95, "#ffe08a")
    for x, y, s in ((250, 190, 1.0), (900, 130, 0.8)):
        for dx, dy, r in ((-80, 10, 55), (0, -20, 75), (85, 8, 60)):
            art.disc(x + dx * s, y + dy * s, r * s, "#ffffff")
        art.box((x - 140 * s, y + 8 * s, x + 145 * s, y + 70 * s), "#ffffff", 34 * s)
    art.shape([(0, 760), (420, 600), (860, 720), (1250, 590), (WIDTH, 720), (WIDTH, 900), (0, 900)], "#9ccf8f")
    art.box((0, 840, WIDTH, HEIGHT), "#6db36b")
    art.box((0, 1010, WIDTH, HEIGHT), "#8d949c")
    art.box((0, 1010, WIDTH, 1030), "#d9dde0")
    art.shadow(1120, 1076, 440, 24, 110)
    _patrol_car(art)
    art.shadow(440, 1102, 260, 26, 110)
    _sitting_dog(art, 420)
    return art


def _patrol_car(art: Canvas) -> None:
    art.box((1010, 560, 1130, 600), _INK, 12)
    art.box((1016, 548, 1068, 592), "#e25555", 10)
    art.box((1072, 548, 1124, 592), "#4c8fe8", 10)
    art.shape([(800, 780), (900, 592), (1260, 592), (1400, 780)], "#eef2f6")
    art.shape([(850, 780), (926, 622), (1060, 622), (1060, 780)], "#9fd0ea")
    art.shape([(1090, 780), (1090, 622), (1240, 622), (1345, 780)], "#9fd0ea")
    art.box((690, 770, 1540, 1000), "#eef2f6", 60)
    art.box((690, 880, 1540, 1000), _NAVY, 50)
    art.box((690, 872, 1540, 912), _GOLD)
    art.star(1075, 822, 40, _NAVY)
    art.box((1470, 810, 1540, 862), "#fff2b8", 16)
    art.box((690, 810, 738, 862), "#e25555", 14)
    for x in (880, 1350):
        art.disc(x, 990, 96, _INK)
        art.disc(x, 990, 50, "#cfd6dd")
        art.disc(x, 990, 16, _INK)


def _sitting_dog(art: Canvas, x: float) -> None:
    coat, dark, light = "#c98a4b", "#9a6230", "#f6e3c8"
    art.curve((x + 120, 1030), (x + 330, 1040), (x + 285, 860), coat, 46)
    art.oval(x + 40, 960, 175, 150, coat)
    art.oval(x, 830, 128, 210, coat)
    art.oval(x - 20, 850, 72, 150, light)
    for left in (x - 78, x + 18):
        art.box((left, 860, left + 66, 1100), coat, 33)
        art.oval(left + 30, 1088, 50, 26, light)
    art.oval(x + 140, 1078, 110, 36, light)
    art.disc(x - 15, 590, 158, coat)
    art.oval(x - 15, 668, 92, 72, light)
    art.shape([(x - 45, 440), (x + 15, 440), (x + 4, 620), (x - 34, 620)], light)
    for side in (-1, 1):
        art.oval(x - 15 + side * 150, 590, 50, 118, dark)
        art.disc(x - 15 + side * 62, 574, 22, _INK)
        art.disc(x - 8 + side * 62, 567, 7, "#ffffff")
    art.oval(x - 15, 634, 34, 25, _INK)
    art.arc((x - 72, 626, x - 14, 700), 10, 120, _INK, 8)
    art.arc((x - 16, 626, x + 42, 700), 60, 170, _INK, 8)
    art.box((x - 40, 692, x + 10, 744), "#ee7f86", 24)
    art.box((x - 116, 738, x + 90, 776), "#d64545", 18)
    art.disc(x - 14, 792, 30, _GOLD)


def coffee() -> Canvas:
    """Cups on a table at the library."""
    art = Canvas("#f6ead7", "#efdcc0")
    art.box((150, 90, 1450, 640), "#8a6444", 18)
    art.box((180, 120, 1420, 610), "#bfe3f5", 8)
    art.disc(1180, 250, 78, "#ffe08a")
    art.shape([(180, 560), (520, 430), (900, 540), (1240, 450), (1420, 520), (1420, 610), (180, 610)], "#9ccf8f")
    for x, y, r in ((420, 410, 88), (350, 450, 70), (490, 455, 72), (860, 470, 60), (800, 490, 48)):
        art.disc(x, y, r, _LEAF)
    for x, top in ((418, 470), (840, 510)):
        art.box((x - 12, top, x + 12, 606), _TRUNK, 6)
    art.box((788, 120, 812, 610), "#8a6444")
    art.box((120, 636, 1480, 680), "#a47a55", 10)
    art.box((0, 800, WIDTH, HEIGHT), "#b9793f")
    art.box((0, 800, WIDTH, 836), "#d29455")
    for y in (920, 1040, 1150):
        art.box((0, y, WIDTH, y + 6), "#a96c36")
    for x, colour, mark in ((330, "#2d5d86", "star"), (800, "#d65a4a", "heart"), (1270, "#3b7d54", "star")):
        art.shadow(x, 1046, 200, 26, 100)
        _cup(art, x, colour, mark)
    art.shadow(1010, 1130, 180, 20, 90)
    art.oval(1010, 1118, 190, 34, "#fbf7ef")
    art.oval(1010, 1108, 140, 22, "#e9dfcf")
    for x, glaze in ((950, "#f29cb1"), (1070, "#8a5a3b")):
        art.oval(x, 1080, 84, 46, "#dba35c")
        art.oval(x, 1070, 80, 38, glaze)
        art.oval(x, 1070, 26, 12, "#efdcc0")
    return art


def _cup(art: Canvas, x: float, colour: str, mark: str) -> None:
    art.oval(x, 1034, 205, 30, "#fbf7ef")
    art.ring(x + 140, 900, 78, 28, colour)
    art.box((x - 140, 790, x + 140, 1030), colour, 60)
    art.box((x - 140, 790, x + 140, 900), colour)
    art.oval(x, 792, 140, 34, "#fbf7ef")
    art.oval(x, 796, 122, 26, "#5f3b24")
    if mark == "star":
        art.star(x, 920, 56, _GOLD)
    else:
        art.disc(x - 26, 900, 32, "#fbf7ef")
        art.disc(x + 26, 900, 32, "#fbf7ef")
        art.shape([(x - 55, 916), (x + 55, 916), (x, 976)], "#fbf7ef")
    for dx in (-50, 40):
        art.curve((x + dx, 745), (x + dx + 60, 690), (x + dx, 640), "#ffffff", 14)
        art.curve((x + dx, 640), (x + dx - 60, 590), (x + dx, 545), "#ffffff", 14)


def park() -> Canvas:
    """Filled bags by the river after a cleanup."""
    art = Canvas("#cdeaf7", "#fdf3dc")
    art.disc(300, 230, 100, "#ffd976")
    art.shape([(0, 600), (380, 440), (800, 580), (1180, 420), (WIDTH, 570), (WIDTH, 720), (0, 720)], "#a9d6a0")
    art.box((0, 660, WIDTH, 800), "#5fb0d3")
    for x, y in ((160, 700), (520, 740), (900, 695), (1290, 745)):
        art.box((x, y, x + 170, y + 8), "#a5d8ec", 4)
    art.box((0, 790, WIDTH, HEIGHT), "#79bd6c")
    art.shape([(620, HEIGHT), (760, 790), (900, 790), (1120, HEIGHT)], "#e9d8b4")
    for x, y, s in ((180, 640, 1.15), (1400, 620, 1.3)):
        art.box((x - 24 * s, y, x + 24 * s, y + 250 * s), _TRUNK, 10)
        for dx, dy, r in ((-95, -30, 105), (95, -30, 105), (0, -130, 130), (0, -10, 110)):
            art.disc(x + dx * s, y + dy * s, r * s, _DARK_LEAF if dx < 0 else _LEAF)
    _bench(art, 330, 930)
    for x, y, r in ((1010, 1010, 110), (1190, 1030, 128), (1370, 1000, 104)):
        art.shadow(x, y + r - 8, r + 20, 18, 90)
        art.oval(x, y, r, r * 0.95, "#3d4f63")
        art.shape([(x - 44, y - r - 36), (x + 44, y - r - 36), (x + 20, y - r + 20), (x - 20, y - r + 20)], "#3d4f63")
        art.box((x - 28, y - r - 8, x + 28, y - r + 12), _GOLD, 8)
        art.curve((x - r * 0.55, y - r * 0.3), (x - r * 0.8, y + r * 0.2), (x - r * 0.4, y + r * 0.6), "#566b82", 10)
    art.stroke([(720, 1120), (905, 760)], "#d65a4a", 18)
    art.stroke([(700, 1150), (720, 1120), (745, 1152)], "#cfd6dd", 12)
    art.stroke([(905, 760), (930, 720)], _INK, 26)
    return art


def _bench(art: Canvas, x: float, y: float) -> None:
    art.shadow(x, y + 160, 270, 18, 90)
    for left in (x - 210, x + 180):
        art.box((left, y - 120, left + 30, y + 160), "#4a5563", 8)
    for top in (y - 120, y - 60, y + 20, y + 62):
        art.box((x - 250, top, x + 250, top + 40), "#b5763d", 12)


def car_seat() -> Canvas:
    """A child's car seat, and a finished checklist."""
    art = Canvas("#dcebf7", "#f4f8fb")
    art.box((0, 880, WIDTH, HEIGHT), "#b8c4cf")
    art.box((0, 880, WIDTH, 900), "#d3dce4")
    for x in range(60, WIDTH, 320):
        art.shape([(x + 40, 900), (x + 90, 900), (x - 20, HEIGHT), (x - 110, HEIGHT)], "#c5d0d9")
    art.box((110, 110, 760, 330), _NAVY, 24)
    art.star(220, 220, 64, _GOLD)
    art.box((320, 168, 690, 200), "#fdf6e8", 12)
    art.box((320, 232, 590, 258), "#8fb3d4", 12)
    art.shadow(520, 1092, 380, 30, 120)
    _seat(art, 520)
    art.shadow(1190, 1092, 270, 24, 110)
    _clipboard(art, 1190)
    return art


def _seat(art: Canvas, x: float) -> None:
    shell, cloth, trim = "#2b3646", "#3fa7a0", "#348c86"
    art.box((x - 250, 400, x + 250, 1080), shell, 110)
    art.box((x - 320, 860, x + 320, 1090), shell, 80)
    art.box((x - 200, 440, x + 200, 940), cloth, 90)
    for left in (x - 262, x + 162):
        art.box((left, 430, left + 100, 680), trim, 46)
    art.box((x - 120, 460, x + 120, 620), trim, 60)
    art.box((x - 260, 850, x + 260, 1040), cloth, 70)
    for side in (-1, 1):
        art.stroke([(x + side * 78, 600), (x + side * 66, 760), (x, 850)], _INK, 34)
    art.stroke([(x, 850), (x, 960)], _INK, 40)
    art.box((x - 92, 700, x + 92, 748), "#e9e4da", 14)
    art.box((x - 52, 820, x + 52, 900), "#d64545", 18)
    art.box((x - 24, 840, x + 24, 880), "#f08a8a", 10)
    for left in (x - 330, x + 210):
        art.box((left, 800, left + 120, 870), shell, 34)


def _clipboard(art: Canvas, x: float) -> None:
    art.box((x - 250, 420, x + 250, 1085), "#b5763d", 28)
    art.box((x - 215, 470, x + 215, 1050), "#fffdf8", 10)
    art.box((x - 95, 385, x + 95, 480), "#8793a1", 18)
    art.disc(x, 420, 20, "#dcebf7")
    for row, wide in enumerate((230, 190, 240, 160)):
        y = 570 + row * 120
        art.box((x - 180, y - 34, x - 112, y + 34), "#e4f3ea", 12)
        art.stroke([(x - 166, y + 2), (x - 150, y + 20), (x - 122, y - 18)], "#2f9e62", 14)
        art.box((x - 80, y - 12, x - 80 + wide, y + 12), "#c2ccd6", 10)


def crossing() -> Canvas:
    """A school crossing, empty, with its sign."""
    art = Canvas("#c4e5f6", "#eef8fb")
    art.disc(1400, 180, 84, "#ffe08a")
    art.box((180, 330, 1120, 790), "#d98559")
    art.shape([(140, 340), (650, 150), (1160, 340)], "#a8553a")
    art.disc(650, 270, 46, "#fdf6e8")
    art.stroke([(650, 270), (650, 240)], _INK, 7)
    art.stroke([(650, 270), (672, 282)], _INK, 7)
    for x in (250, 430, 810, 990):
        for y in (400, 590):
            art.box((x, y, x + 110, y + 130), "#fdf6e8", 8)
            art.box((x + 10, y + 10, x + 100, y + 120), "#9fd0ea", 6)
            art.box((x + 50, y + 10, x + 60, y + 120), "#fdf6e8")
    art.box((580, 560, 720, 790), "#5b3b2e", 8)
    art.disc(700, 680, 9, _GOLD)
    art.box((0, 780, WIDTH, 860), "#7fbf74")
    art.box((0, 850, WIDTH, 890), "#d3d6d8")
    art.box((0, 886, WIDTH, HEIGHT), "#59626d")
    for stripe in range(7):
        top, low = 330 + stripe * 120, 130 + stripe * 170
        art.shape([(top, 900), (top + 76, 900), (low + 108, 1190), (low, 1190)], "#f5f5f0")
    _sign(art, 1370)
    return art


def _sign(art: Canvas, x: float) -> None:
    art.shadow(x, 1080, 90, 16, 120)
    art.box((x - 16, 420, x + 16, 1080), "#8793a1", 8)
    art.shape([(x, 270), (x + 170, 420), (x + 170, 660), (x - 170, 660), (x - 170, 420)], _INK)
    art.shape([(x, 292), (x + 156, 428), (x + 156, 646), (x - 156, 646), (x - 156, 428)], "#d8e84a")
    for dx, s in ((-55, 1.0), (62, 0.82)):
        base = 626
        art.disc(x + dx, base - 190 * s, 26 * s, _INK)
        art.stroke([(x + dx, base - 150 * s), (x + dx, base - 84 * s)], _INK, 36 * s)
        art.stroke([(x + dx, base - 84 * s), (x + dx - 32 * s, base - 8 * s)], _INK, 18 * s)
        art.stroke([(x + dx, base - 84 * s), (x + dx + 34 * s, base - 8 * s)], _INK, 18 * s)
        art.stroke([(x + dx, base - 146 * s), (x + dx + 44 * s, base - 104 * s)], _INK, 14 * s)
        art.stroke([(x + dx, base - 146 * s), (x + dx - 40 * s, base - 100 * s)], _INK, 14 * s)
    art.box((x - 110, 690, x + 110, 760), "#fdf6e8", 12)
    art.box((x - 70, 714, x + 70, 736), _INK, 8)
