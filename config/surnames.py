"""The usual surnames: by them a name in a text is told from other words."""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏吕丁沈姚卢傅"
    "钟姜崔谭廖范汪陆石贾韦夏邱侯邹熊孟秦薛尹段雷黎史陶贺顾毛郝龚邵万钱严覃武戴莫孔汤"
)
