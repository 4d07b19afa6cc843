/** Passwords that lists of stolen ones hold again and again, and Vietnamese ones of the kind: lower case, without accents and spaces. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
  password passw0rd pass passwd letmein welcome admin administrator administrators root master superman batman dragon monkey
  football baseball basketball soccer hockey sunshine princess iloveyou ilovey lovely loveyou loveme trustno shadow ashley
  michael jennifer jordan harley hunter hunt ranger buster thomas robert daniel charlie andrew michelle jessica amanda nicole
  starwars pokemon pikachu naruto computer internet samsung google facebook youtube whatever freedom ninja mustang secret
  qwerty qwertyuiop qwertyui qwer qwert asdf asdfgh asdfghjkl zxcvbnm zxcvbn qazwsx qazwsxedc qweasd qweasdzxc abcd abcdef
  abcabc abc a aa aaa aaaa test testing tester guest user default changeme change changeit temp temporary demo sample login
  hello helloworld killer cookie cheese pepper ginger summer winter spring autumn flower purple orange yellow silver golden
  diamond forever angel angels lovers love baby babygirl friends family mother father nothing access system server oracle
  manager support service office company business security network windows linux ubuntu android apple iphone macbook
  blink fuckyou fuck biteme qwaszx zaqwsx onetwothree onetwo superstar rockyou tinkle maggie cheer chelsea arsenal liverpool
  manchester barcelona realmadrid ronaldo messi
  matkhau matkhaucuatoi matkhaumoi1 matkhaukho khongcomatkhau quenmatkhau dangnhap quantri quantrivien taikhoan mk mkhau
  anhyeuem emyeuanh yeuem yeuanh iuem iuanh anhnhoem emnhoanh yeuemnhieu yeuanhnhieu yeunhau yeumai yeumaimai vochong
  tinhyeu nguoiyeu giadinh giadinhtoi concung convoi bome bomeyeu meyeu boyeu chame conyeu congai contrai vo chong
  vietnam vietnamvodich tuyetvoi hanoi saigon hochiminh danang haiphong cantho hue nghean thanhhoa hatinh quangbinh vinh
  nghetinh langsen kimlien namdan dienchau vinhtan bacho bachoviet tocquoc congsan danghoang cachmang
  khongbiet khongcogi khongten khongnoi khongai khongquen emkhongbiet deogia deobiet dungquen dochoi dkm dmm
  hanhphuc binhyen binhan mayman thanhcong cuocsong cuocdoi tuonglai hocsinh sinhvien giaovien bacsi congan bodoi
  xinchao chaoban chaoem chaoanh tamdiet tambiet hoahong hoasen hoamai hoadao matroi mattrang bautroi ngoisao
  phatthanh truyenthanh truyenthanhxa loaphuong loatruyenthanh loaxa cumloa daiphatthanh daitruyenthanh uyban ubnd ubndxa
  nguyen nguyenvan nguyenthi tranvan tranthi levan lethi phamvan phamthi hoangvan hoangthi
  loa loaloa mysql postgres raspberry raspberrypi station
  `
    .trim()
    .split(/\s+/),
);
