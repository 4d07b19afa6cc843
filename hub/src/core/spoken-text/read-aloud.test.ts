// long because: a table of what people write and how it is said
import { describe, expect, test } from "vitest";
import { readAloud } from "./read-aloud.ts";

type Table = readonly (readonly [written: string, spoken: string])[];

const spokenOf = (text: string) => readAloud(text, []).spoken;

const says = (table: Table) =>
  test.each(table)("%s", (written, spoken) => expect(spokenOf(written)).toBe(spoken));

describe("whole numbers", () => {
  says([
    ["1 hộ, 4 hộ, 5 hộ", "một hộ, bốn hộ, năm hộ"],
    ["10 và 11 và 14 và 15", "mười và mười một và mười bốn và mười lăm"],
    ["20, 21, 24, 25", "hai mươi, hai mươi mốt, hai mươi tư, hai mươi lăm"],
    ["31, 44, 55, 91", "ba mươi mốt, bốn mươi tư, năm mươi lăm, chín mươi mốt"],
    ["100, 101, 104, 105", "một trăm, một trăm linh một, một trăm linh bốn, một trăm linh năm"],
    ["110, 115, 121, 124", "một trăm mười, một trăm mười lăm, một trăm hai mươi mốt, một trăm hai mươi tư"],
    ["1.000 suất quà", "một nghìn suất quà"],
    ["1.005 khẩu", "một nghìn không trăm linh năm khẩu"],
    ["10.010 người", "mười nghìn không trăm mười người"],
    ["12.345 cây", "mười hai nghìn ba trăm bốn mươi lăm cây"],
    ["1.000.000 đồng", "một triệu đồng"],
    ["1.000.005 con", "một triệu không trăm linh năm con"],
    ["2.500.000.000 đồng", "hai tỷ năm trăm triệu đồng"],
    ["1.000.000.000.000 đồng", "một nghìn tỷ đồng"],
    ["1,250,000 đồng", "một triệu hai trăm năm mươi nghìn đồng"],
    ["05 hộ nghèo", "năm hộ nghèo"],
    ["mã 007", "mã không không bảy"],
    ["0 ca mắc", "không ca mắc"],
  ]);
});

describe("decimals, ranges, ranks and signs", () => {
  says([
    ["2,5 điểm", "hai phẩy năm điểm"],
    ["2,05 và 0,5", "hai phẩy không năm và không phẩy năm"],
    ["3,25 và 3,125", "ba phẩy hai mươi lăm và ba phẩy một hai năm"],
    ["1.234,56", "một nghìn hai trăm ba mươi tư phẩy năm mươi sáu"],
    ["mục 2.1.3", "mục hai chấm một chấm ba"],
    ["5-10 hộ", "năm đến mười hộ"],
    ["từ 5 – 10 người", "từ năm đến mười người"],
    ["cấp 8-9, giật cấp 11", "cấp tám đến chín, giật cấp mười một"],
    ["trẻ 6-36 tháng tuổi", "trẻ sáu đến ba mươi sáu tháng tuổi"],
    ["từ -2 đến 5°C", "từ âm hai đến năm độ xê"],
    ["-5 độ", "âm năm độ"],
    ["thứ 2, thứ 4 và thứ 7", "thứ hai, thứ tư và thứ bảy"],
    ["thứ 2, 4, 6 hằng tuần", "thứ hai, tư, sáu hằng tuần"],
    ["thứ 2 - thứ 6", "thứ hai đến thứ sáu"],
    ["thứ 2-6", "thứ hai đến thứ sáu"],
    ["thứ 7, CN", "thứ bảy, chủ nhật"],
    ["T7, CN", "thứ bảy, chủ nhật"],
    ["lần thứ 1, lần thứ 4", "lần thứ nhất, lần thứ tư"],
    ["quý I, quý II/2026", "quý một, quý hai năm hai nghìn không trăm hai mươi sáu"],
    ["quý 3/2026", "quý ba năm hai nghìn không trăm hai mươi sáu"],
    ["Chương IV", "Chương bốn"],
    ["thế kỷ XXI", "thế kỷ hai mươi mốt"],
    ["Đại hội lần thứ I, Đại hội XIV", "Đại hội lần thứ nhất, Đại hội mười bốn"],
    ["II. Nhiệm vụ", "hai. Nhiệm vụ"],
    ["XI MĂNG và VI PHẠM", "XI MĂNG và VI PHẠM"],
    ["tỷ số 2-1", "tỷ số hai một"],
    ["1/2 số hộ", "một phần hai số hộ"],
    ["hơn 2/3 diện tích", "hơn hai phần ba diện tích"],
    ["còn 3/4", "còn ba phần tư"],
    ["45/50 phiếu", "bốn mươi lăm trên năm mươi phiếu"],
    ["số nhà 12/5", "số nhà mười hai trên năm"],
    ["½ ngày, 10², CO₂", "một phần hai ngày, mười mũ hai, CO hai"],
    ["khuôn 3x4m", "khuôn ba nhân bốn mét"],
    ["≥ 18 tuổi, ~ 50 hộ", "từ mười tám tuổi, khoảng năm mươi hộ"],
    ["tỷ lệ 1:500", "tỷ lệ một trên năm trăm"],
  ]);
});

describe("dates and years", () => {
  says([
    ["ngày 5/9/2026", "ngày năm tháng chín năm hai nghìn không trăm hai mươi sáu"],
    ["hạn 05-09-2026", "hạn ngày năm tháng chín năm hai nghìn không trăm hai mươi sáu"],
    ["hết 31.12.2026", "hết ngày ba mươi mốt tháng mười hai năm hai nghìn không trăm hai mươi sáu"],
    ["2026-09-05", "ngày năm tháng chín năm hai nghìn không trăm hai mươi sáu"],
    ["ngày 05/09", "ngày năm tháng chín"],
    ["Sáng 5/9", "Sáng ngày năm tháng chín"],
    ["từ 3 đến 5/9", "từ ba đến năm tháng chín"],
    ["từ ngày 1-7/10", "từ ngày một đến bảy tháng mười"],
    ["từ 15/8-30/9", "từ ngày mười lăm tháng tám đến ba mươi tháng chín"],
    ["nghỉ lễ 2/9", "nghỉ lễ hai tháng chín"],
    ["dịp 30/4-1/5", "dịp ba mươi tháng tư và một tháng năm"],
    ["tháng 9/2026", "tháng chín năm hai nghìn không trăm hai mươi sáu"],
    ["T9/2026", "tháng chín năm hai nghìn không trăm hai mươi sáu"],
    ["tháng 4, tháng 4-5", "tháng tư, tháng tư đến năm"],
    ["năm 2026", "năm hai nghìn không trăm hai mươi sáu"],
    ["năm 1945", "năm một nghìn chín trăm bốn mươi lăm"],
    ["giai đoạn 2025-2030", "giai đoạn hai nghìn không trăm hai mươi lăm đến hai nghìn không trăm ba mươi"],
    ["31/2", "ba mươi mốt trên hai"],
  ]);
});

describe("times", () => {
  says([
    ["7h30 sáng", "bảy giờ ba mươi phút sáng"],
    ["lúc 7:30", "lúc bảy giờ ba mươi phút"],
    ["07 giờ 30", "bảy giờ ba mươi"],
    ["17h và 0h", "mười bảy giờ và không giờ"],
    ["7h00, 7h05", "bảy giờ, bảy giờ năm phút"],
    ["8h-10h", "tám giờ đến mười giờ"],
    ["8-10h", "tám đến mười giờ"],
    ["13h30 - 17h", "mười ba giờ ba mươi phút đến mười bảy giờ"],
    ["5h kém 15", "năm giờ kém mười lăm"],
    ["7g30, 6h15'", "bảy giờ ba mươi phút, sáu giờ mười lăm phút"],
    ["06:15:30", "sáu giờ mười lăm phút ba mươi giây"],
    ["trực 24/24h, 24/7", "trực hai mươi tư trên hai mươi tư giờ, hai mươi tư trên bảy"],
  ]);
});

describe("telephone and other numbers that are said digit by digit", () => {
  says([
    ["0238 3842 567", "không hai ba tám, ba tám bốn hai, năm sáu bảy"],
    ["(0238) 3842.567", "không hai ba tám, ba tám bốn hai, năm sáu bảy"],
    ["0912.345.678", "không chín một hai, ba bốn năm, sáu bảy tám"],
    ["0912345678", "không chín một hai, ba bốn năm, sáu bảy tám"],
    ["+84 912 345 678", "cộng tám bốn, chín một hai, ba bốn năm, sáu bảy tám"],
    ["gọi 113, 114 hoặc 115", "gọi một một ba, một một bốn hoặc một một năm"],
    ["113/114/115", "một một ba, một một bốn, một một năm"],
    ["Cấp cứu: 115", "Cấp cứu: một một năm"],
    ["số 113 hộ", "số một trăm mười ba hộ"],
    ["Quyết định số 113", "Quyết định số một trăm mười ba"],
    ["tổng đài 1900 6769", "tổng đài một chín không không, sáu bảy sáu chín"],
    ["18001091", "một tám không không, một không chín một"],
    ["ĐT 0238 3842 567", "điện thoại không hai ba tám, ba tám bốn hai, năm sáu bảy"],
    ["ĐT: 0238.3842.567", "điện thoại: không hai ba tám, ba tám bốn hai, năm sáu bảy"],
    ["CCCD số 040123456789", "căn cước công dân số không bốn không, một hai ba, bốn năm sáu, bảy tám chín"],
  ]);
});

describe("units and money", () => {
  says([
    ["5km, 5 km, 3 m", "năm ki lô mét, năm ki lô mét, ba mét"],
    ["20m², 20 m2, 15 m3", "hai mươi mét vuông, hai mươi mét vuông, mười lăm mét khối"],
    ["3 ha, 2 km²", "ba héc ta, hai ki lô mét vuông"],
    ["5-10kg, 250 g, 500mg", "năm đến mười ki lô gam, hai trăm năm mươi gam, năm trăm mi li gam"],
    ["2 l, 500ml", "hai lít, năm trăm mi li lít"],
    ["3kW, 150 kWh, 220V", "ba ki lô oát, một trăm năm mươi ki lô oát giờ, hai trăm hai mươi vôn"],
    ["37-39°C", "ba mươi bảy đến ba mươi chín độ xê"],
    ["85%, 3‰, 20%-30%", "tám mươi lăm phần trăm, ba phần nghìn, hai mươi đến ba mươi phần trăm"],
    ["60km/h, 12 m/s", "sáu mươi ki lô mét trên giờ, mười hai mét trên giây"],
    ["250 kg/ha, 60 tạ/ha", "hai trăm năm mươi ki lô gam trên héc ta, sáu mươi tạ trên héc ta"],
    ["100mm, 30-50cm", "một trăm mi li mét, ba mươi đến năm mươi xen ti mét"],
    ["5.5 km", "năm phẩy năm ki lô mét"],
    ["cao 1m15", "cao một mét mười lăm"],
    ["150.000đ", "một trăm năm mươi nghìn đồng"],
    ["1,5 tỷ đồng", "một phẩy năm tỷ đồng"],
    ["20.000 VNĐ, 500 USD", "hai mươi nghìn đồng, năm trăm đô la Mỹ"],
    ["68.000đ/1kg", "sáu mươi tám nghìn đồng một ki lô gam"],
    ["Km467+500", "ki lô mét bốn trăm sáu mươi bảy cộng năm trăm"],
    ["50.000đ/kg", "năm mươi nghìn đồng một ki lô gam"],
    ["100.000 đồng/người/tháng", "một trăm nghìn đồng một người một tháng"],
    ["2 lần/ngày, 15 phút/lần", "hai lần một ngày, mười lăm phút một lần"],
    ["ngày/tháng/năm sinh", "ngày, tháng, năm sinh"],
    ["500k", "năm trăm nghìn"],
    ["lớp 5A, mạng 5G", "lớp năm A, mạng năm G"],
  ]);
});

describe("papers", () => {
  says([
    ["số 49/2024/NĐ-CP", "số bốn mươi chín trên hai nghìn không trăm hai mươi tư, nghị định chính phủ"],
    ["Số: 45/TB-UBND", "Số: bốn mươi lăm, thông báo ủy ban nhân dân"],
    ["Quyết định số 123/QĐ-UBND", "Quyết định số một trăm hai mươi ba, ủy ban nhân dân"],
    [
      "39/2020/TT-BTTTT",
      "ba mươi chín trên hai nghìn không trăm hai mươi, thông tư bộ thông tin và truyền thông",
    ],
    ["18-NQ/TW", "mười tám, nghị quyết trung ương"],
    ["43/2024/QH15", "bốn mươi ba trên hai nghìn không trăm hai mươi tư, quốc hội mười lăm"],
    ["TT 39/2020/TT-BYT", "thông tư ba mươi chín trên hai nghìn không trăm hai mươi, thông tư bộ y tế"],
    ["theo QĐ-UBND", "theo quyết định ủy ban nhân dân"],
  ]);
});

describe("abbreviations", () => {
  says([
    ["UBND và HĐND xã", "ủy ban nhân dân và hội đồng nhân dân xã"],
    ["UBMTTQ, ĐTN, HTX", "ủy ban mặt trận tổ quốc, đoàn thanh niên, hợp tác xã"],
    ["BCĐ PCTT&TKCN", "ban chỉ đạo phòng chống thiên tai và tìm kiếm cứu nạn"],
    ["BCH PCTT&TKCN", "ban chỉ huy phòng chống thiên tai và tìm kiếm cứu nạn"],
    ["BCH Đảng bộ", "ban chấp hành Đảng bộ"],
    ["thẻ BHYT, BHXH, BHTN", "thẻ bảo hiểm y tế, bảo hiểm xã hội, bảo hiểm thất nghiệp"],
    ["CCCD hoặc CMND", "căn cước công dân hoặc chứng minh nhân dân"],
    ["THCS, THPT, THCN", "trung học cơ sở, trung học phổ thông, trung học chuyên nghiệp"],
    ["CLB, ANTT, ATGT, PCCC", "câu lạc bộ, an ninh trật tự, an toàn giao thông, phòng cháy chữa cháy"],
    ["KHKT, NTM, OCOP", "khoa học kỹ thuật, nông thôn mới, ô cốp"],
    ["Sở GD&ĐT, Sở TT&TT", "Sở giáo dục và đào tạo, Sở thông tin và truyền thông"],
    ["LĐTBXH, LĐ-TB&XH", "lao động thương binh và xã hội, lao động thương binh và xã hội"],
    ["KT-XH, TT-TT, TTXVN", "kinh tế xã hội, thông tin truyền thông, thông tấn xã Việt Nam"],
    ["CSGT, VOV, VTV1", "cảnh sát giao thông, vê ô vê, vê tê vê một"],
    ["TP. Vinh, TP.Vinh, TP Vinh", "thành phố Vinh, thành phố Vinh, thành phố Vinh"],
    ["TP.HCM, TP. HCM", "thành phố Hồ Chí Minh, thành phố Hồ Chí Minh"],
    ["TX. Cửa Lò, TT. Nam Đàn", "thị xã Cửa Lò, thị trấn Nam Đàn"],
    ["TT Y tế, TT văn hóa", "trung tâm Y tế, trung tâm văn hóa"],
    ["P. Vinh Tân, P.5, Q.1", "phường Vinh Tân, phường năm, quận một"],
    ["H. Nam Đàn, X. Diễn Hồng", "huyện Nam Đàn, xã Diễn Hồng"],
    ["Nguyễn H. Nam", "Nguyễn H. Nam"],
    ["X. Tổ chức thực hiện", "mười. Tổ chức thực hiện"],
    ["Sở NN&PTNT", "Sở nông nghiệp và phát triển nông thôn"],
    ["ngã tư Đ.Lê Lợi", "ngã tư đường Lê Lợi"],
    ["QL1A, QL 46, ĐT.534", "quốc lộ một a, quốc lộ bốn mươi sáu, đường tỉnh năm ba bốn"],
    ["v/v họp dân, đ/c Nam", "về việc họp dân, đồng chí Nam"],
    ["ngô, khoai, vv...", "ngô, khoai, vân vân"],
    ["ThS. An, BS. Lan", "thạc sĩ An, bác sĩ Lan"],
    ["TM. ỦY BAN", "thay mặt ỦY BAN"],
    ["Ban BTS", "Ban bê tê ét"],
    ["tỷ lệ %", "tỷ lệ phần trăm"],
  ]);
});

describe("signs, lists, addresses", () => {
  says([
    ["A & B, 3+2", "A và B, ba cộng hai"],
    ["nam/nữ", "nam, nữ"],
    ["ubnd.kimlien@nghean.gov.vn", "u bê nờ dê chấm kimlien a còng nghean chấm gov chấm vê nờ"],
    ["https://dichvucong.gov.vn/tin-1", "dichvucong chấm gov chấm vê nờ gạch chéo tin gạch ngang một"],
    ["1) Lúa\na) Ngô\n- Khoai\n* Sắn", "một) Lúa\na) Ngô\n- Khoai\nSắn"],
    ["*** HỌP DÂN ***", "HỌP DÂN "],
  ]);
});

describe("what stays as it is:", () => {
  test.each([
    "ỦY BAN NHÂN DÂN XÃ KIM LIÊN THÔNG BÁO",
    'nhóm "BTS" và phim "X. Men"',
    "The quick brown fox jumps over the lazy dog.",
    "FIFA, ASEAN và VNeID",
    "Giờ G, ngày N, loại A",
    "Kính thưa bà con nhân dân!",
    "Ông Hồ Văn X và bà P.",
  ])("%s", (text) => expect(readAloud(text, [])).toEqual({ spoken: text, changes: [] }));
});

describe("kinds of changes", () => {
  test.each([
    ["12 hộ", "number"],
    ["ngày 5/9", "date"],
    ["7h30", "time"],
    ["0912 345 678", "phone"],
    ["5 km", "unit"],
    ["UBND", "abbreviation"],
    ["A & B", "symbol"],
  ] as const)("%s is a %s", (text, kind) =>
    expect(readAloud(text, []).changes.map((change) => change.kind)).toEqual([kind]),
  );
});
